"""What every use case works with: who is who, what is promised, what is known, and how to speak."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.duty import duty_for
from bot.cases.model import Case
from bot.cases.triggers import Context
from bot.core.errors import ConfigError, Fault
from bot.core.people import Language, PersonId, Place, PlatformName, Role
from bot.directory.lookup import Directory
from bot.directory.model import Contract, Group, Person
from bot.kb.search import KnowledgeBase
from bot.notify.scene import Scene
from bot.notify.texts import Texts
from bot.ports import Binding, Capabilities, Unit
from bot.services.shelf import Shelf
from bot.sla.book import Book
from bot.sla.edition import unpack
from bot.sla.terms import Terms
from bot.sla.warranty import covered
from bot.triage.advice import Advised, Memory
from bot.triage.reading import Understands


class Desk:
    """The deployment as the inside sees it; the composition root builds it, a reload builds a new one."""

    def __init__(
        self,
        *,
        directory: Directory,
        book: Book,
        knowledge: KnowledgeBase,
        triage: Understands,
        texts: Texts,
        capabilities: Mapping[PlatformName, Capabilities],
    ) -> None:
        self.book = book
        self.shelf = Shelf(knowledge)
        self.advice = Memory()
        self.triage: Understands = Advised(triage, self.advice)
        self.texts = texts
        self.capabilities = capabilities
        self._filed = directory
        self._books = {book.edition: book}
        self._overlaid: tuple[tuple[Binding, ...], Directory] = ((), directory)

    def renew(
        self, *, directory: Directory, book: Book, knowledge: KnowledgeBase, triage: Understands
    ) -> None:
        """Work with other files from now on; cases keep the editions they have."""
        self.triage = Advised(triage, self.advice)
        self._filed = directory
        self.shelf.renew(knowledge)
        self._overlaid = ((), directory)
        self.count_on(book)

    def count_on(self, book: Book) -> None:
        """Work with other policies, hours or holidays from now on; all editions count on these holidays."""
        kept = self._books if book.data.days == self.book.data.days else {}
        self.book = book
        self._books = {edition: each.beside(book) for edition, each in kept.items()} | {book.edition: book}

    @property
    def directory(self) -> Directory:
        """The directory as the latest transaction saw it, for whoever is outside of one."""
        return self._overlaid[1]

    def directory_of(self, unit: Unit) -> Directory:
        """Return the directory with the bindings made in chat; computed anew only when they change."""
        bindings = unit.registry.bindings()
        if self._overlaid[0] != bindings:
            overlay = {
                each.lane: (each.customer, each.contract) if each.customer else None for each in bindings
            }
            self._overlaid = (bindings, self._filed.with_overlay(overlay))
        return self._overlaid[1]

    def book_of(self, unit: Unit, edition: str) -> Book:
        """Return the policies and hours a case was opened under, counted on the public holidays in force.

        Raises:
            ConfigError: the edition is unknown to the database, or cannot be read any more.
        """
        if edition not in self._books:
            text = unit.registry.edition(edition)
            if text is None:
                raise ConfigError(Fault("database", 1, "edition", f"a stored edition {edition}"))
            kept = replace(unpack(text), edition=edition)
            self._books[edition] = kept.counted_on(self.book.data.holidays).beside(self.book)
        return self._books[edition]

    def context(self, unit: Unit, case: Case) -> Context:
        """Return what a decision on a case may look at now."""
        directory = self.directory_of(unit)
        book = self.book_of(unit, case.edition)
        return Context(
            now=unit.now,
            book=book,
            engineers=duty_for(directory, book, case, unit.now).people,
            manager=next(iter(directory.on_call(Role.MANAGER, unit.now)), None),
            units=directory.members,
            experts=frozenset(person.id for person in directory.people_with(Role.EXPERT)),
            called=seeing(directory, case, unit.now),
        )

    def terms(self, contract: Contract, at: datetime) -> Terms:
        """Return what a contract promises to a case opened at an instant, in its warranty or after it.

        On days of special duty somebody answers around the clock, so reminders and ladder run so too.
        """
        terms = covered(terms_of(contract), self.book, contract.dates, at)
        if contract.special_duty_at(at) is None:
            return terms
        return replace(terms, ladder_in_service_hours=False, engineer_clock_in_service_hours=False)

    def scene(
        self,
        unit: Unit,
        language: Language,
        *,
        staff: bool,
        zone: ZoneInfo | None = None,
        place: Place | None = None,
        edition: str | None = None,
    ) -> Scene:
        """Return what a message to one reader may draw on; times in `zone`, else the desk's.

        `edition` is that of the case it is about, if it is about one.
        """
        directory = self.directory_of(unit)
        capabilities = self.capabilities.get(place.platform) if place else None
        return Scene(
            lang=language,
            zone=zone or directory.desk.zone,
            now=unit.now,
            directory=directory,
            book=self.book_of(unit, edition) if edition else self.book,
            texts=self.texts,
            staff=staff,
            edits=capabilities.edits if capabilities else True,
            threads=capabilities.threads if capabilities else True,
        )

    def reaches(self, place: Place) -> bool:
        """Return whether the desk is on this place's platform; the directory may name others."""
        return place.platform in self.capabilities

    def flat(self, place: Place) -> bool:
        """Return whether many talk in one stream there: whom words are for must then be said."""
        capabilities = self.capabilities.get(place.platform)
        return capabilities is not None and not capabilities.threads and not place.direct

    def engineers_places(self, unit: Unit) -> Iterator[tuple[Group, Place]]:
        """Yield the conversations of the engineers' groups, with their group."""
        for group in self.directory_of(unit).engineers_groups():
            yield from ((group, place) for place in group.all_places() if self.reaches(place))

    def place_of(self, unit: Unit, person: Person, platform: PlatformName | None = None) -> Place | None:
        """Find the direct conversation with a person: on `platform` if they are there, else where we are."""
        directory = self.directory_of(unit)
        places = (directory.place_of(person, each) for each in (platform, *person.ids) if each)
        return next((place for place in places if place and self.reaches(place)), None)

    def customer_scene(self, unit: Unit, case: Case) -> Scene:
        """Return the scene of a case's own customer conversation."""
        return self.scene(
            unit,
            case.language,
            staff=False,
            zone=case.terms.zone,
            place=case.place,
            edition=case.edition,
        )

    def person_scene(self, unit: Unit, person: PersonId, *, edition: str | None = None) -> Scene:
        """Return the scene of a member of staff's direct conversation."""
        directory = self.directory_of(unit)
        known = directory.person(person)
        language = known.language if known else directory.desk.language
        return self.scene(unit, language, staff=True, edition=edition)


def seeing(directory: Directory, case: Case, at: datetime) -> frozenset[PersonId]:
    """Return whose deeds show that the rung which is still unseen has been seen."""
    if case.unseen is None:
        return frozenset()
    called = directory.called(case.unseen.role, at)
    return frozenset(directory.on_call(called[0], at)) if called else frozenset()


def terms_of(contract: Contract) -> Terms:
    """Return what a contract promises, as the promises' own module understands it."""
    return Terms(
        schemes=contract.schemes,
        calendar=contract.calendar,
        zone=contract.zone,
        site_allowance=contract.site_allowance,
        customer_wait_pauses_fix=contract.customer_wait_pauses_fix,
        vendor_wait_pauses_fix=contract.vendor_wait_pauses_fix,
        parts_wait_pauses_fix=contract.parts_wait_pauses_fix,
        fix_in_service_hours=contract.fix_in_service_hours,
        urgent_any_time=contract.urgent_any_time,
        path=contract.path,
        ladder=contract.ladder,
        ladder_in_service_hours=contract.ladder_in_service_hours,
        engineer_clock=contract.engineer_clock,
        engineer_clock_in_service_hours=contract.engineer_clock_in_service_hours,
        windows=contract.windows,
        warranty=contract.warranty or "",
    )


def no_terms(zone: ZoneInfo) -> Terms:
    """Return the terms of a case to which nothing is promised."""
    return Terms(
        schemes=(),
        calendar="always",
        zone=zone,
        ladder="",
        ladder_in_service_hours=False,
        engineer_clock="",
        engineer_clock_in_service_hours=False,
    )
