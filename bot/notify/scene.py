"""For whom a message is drawn: language, zone, moment, and how much they may see."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cases.model import SYSTEM, Case
from bot.core.message import Line, Span
from bot.core.people import ContractId, CustomerId, Language, PersonId
from bot.directory.lookup import Directory
from bot.directory.model import Contract
from bot.notify.texts import Texts
from bot.sla.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything about a reader that a message depends on.

    `staff` shows the desk's own view, else only what a customer may see. Where a place cannot `edit` what was
    said, a card is drawn once and then one line a change; without `threads` a line must name its case. What
    is `lasting` stands until the case changes: it names instants, never how far away they are.
    """

    lang: Language
    zone: ZoneInfo
    now: datetime
    directory: Directory
    book: Book
    texts: Texts
    staff: bool
    edits: bool = True
    threads: bool = True
    lasting: bool = False

    def say(self, key: str, /, **values: str | int) -> str:
        """Return a sentence in the reader's language."""
        return self.texts.say(key, self.lang, **values)

    def line(self, key: str, /, **values: Span | int) -> Line:
        """Return a sentence in the reader's language, its values keeping their form."""
        return self.texts.line(key, self.lang, **values)

    def name(self, person: PersonId | None, case: Case | None = None) -> str:
        """Return how the reader knows a person; `case` helps with a reporter the directory does not know."""
        if person is None:
            return self.say("word.nobody")
        if person == SYSTEM:
            return self.say("word.system")
        if known := self.directory.person(person):
            return known.name_to(self.lang)
        if case is not None and case.reporter.person == person:
            return case.reporter.name
        return self.say("word.somebody")

    def customer(self, customer: CustomerId | None) -> str:
        """Return a customer's name, or words for one that is not known."""
        known = self.directory.customer(customer) if customer else None
        return known.name.to(self.lang) if known else self.say("word.unknown_customer")

    def contract(self, contract: ContractId | None) -> Contract | None:
        """Find a contract."""
        return self.directory.contract(contract) if contract else None
