"""Everything a decision wants told has its words, and customers read only what is theirs."""

import re
from dataclasses import replace

import pytest

from bot.cases.calling import ESCALATION
from bot.cases.decision import Tell, To
from bot.cases.facts import FactKind
from bot.cases.transitions import TRANSITIONS
from bot.core.message import Button, Buttons, Message
from bot.core.people import Language, Level, Role
from bot.core.verbs import Verb
from bot.directory.lookup import Directory
from bot.notify.history import PUBLIC, Shown
from bot.notify.plain import plain
from bot.notify.tells import TEMPLATES, customer, draw
from bot.notify.texts import Texts
from bot.sla.book import Book
from tests.golden.gallery import Gallery, at, new_case

BY_OPENING = {"assigned", "urgent_opened", "opened_without_promise", "opened_for_manager", "role_missing"}
BY_CLOSING = {"survey", "call_back"}
BY_CALLING = {
    "branch_called",
    "complaint_opened",
    "diagnosis_binds",
    "emergency",
    "escalated",
    "involved",
    "rung_again",
    "vendor_approved",
    "vendor_declined",
    "vendor_leave",
}
BY_DAYS = {"recounted", "recounted_owner"}
BY_TERMS = {"terms_moved", "terms_moved_owner"}
INTERNAL = re.compile(
    r"§|\bS[0-4]\b|\bs[0-4]_|annex|附件|内部|our own limit|时限 今天|上报|escalat|提醒负责人"
)


@pytest.fixture(scope="module", params=Language)
def gallery(request: pytest.FixtureRequest) -> Gallery:
    return Gallery(
        request.param,
        request.getfixturevalue("directory"),
        request.getfixturevalue("book"),
        request.getfixturevalue("texts"),
    )


def buttons(message: Message) -> list[Button]:
    return [each for block in message.blocks if isinstance(block, Buttons) for each in block.buttons]


def test_every_template_of_the_lifecycle_has_its_builder() -> None:
    named = {told.template for row in TRANSITIONS.values() for told in row.tells}

    assert named | BY_OPENING | BY_CLOSING | BY_DAYS | BY_TERMS | BY_CALLING == set(TEMPLATES)
    assert set(ESCALATION) == {"expert", "vendor", "manager"}


def test_every_template_is_drawn_in_the_gallery(gallery: Gallery) -> None:
    drawn = {name.split()[1] for name, _ in gallery.messages() if name.startswith("tell ")}

    assert drawn == set(TEMPLATES)


def test_a_customer_reads_nothing_internal(gallery: Gallery) -> None:
    theirs = [
        line
        for name, message in gallery.messages()
        if name.startswith("customer card") or name.endswith(("→ customer", "→ mail", "for customer"))
        for line in plain(message)
    ]

    assert len(theirs) > 100
    assert [line for line in theirs if INTERNAL.search(line)] == []


def test_customers_are_told_by_customers_words() -> None:
    told = {(each.template, each.to) for row in TRANSITIONS.values() for each in row.tells}
    theirs = {template for template, to in told if to in (To.CUSTOMER, To.MAIL)}

    assert {name for name in TEMPLATES if TEMPLATES[name].__module__ == customer.__name__} == (
        theirs | {"recounted", "survey", "terms_moved"}
    )


def test_every_button_on_a_case_knows_the_version_it_was_drawn_for(gallery: Gallery) -> None:
    pressed = [each for _, message in gallery.messages() for each in buttons(message) if each.case]

    assert pressed
    assert all(each.as_of is not None for each in pressed)


def test_every_button_says_a_verb(gallery: Gallery) -> None:
    said = {each.verb for _, message in gallery.messages() for each in buttons(message)}

    assert said - set(Verb) == {"clarify", "dispute"}


def message_of(gallery: Gallery, template: str, to: To, /, **data: str | int) -> Message:
    case = new_case(
        gallery.directory, gallery.book, "huayue-campus", solution="重启即可", silence_from=at(20, "14:00")
    )
    scene = gallery.scene(at(20, "15:00"), staff=to not in (To.CUSTOMER, To.MAIL))
    return draw(scene, case, Tell(template=template, to=to, data=data))


@pytest.mark.parametrize(
    ("template", "to", "verbs"),
    [
        ("solution", To.CUSTOMER, [Verb.CONFIRM, Verb.REOPEN]),
        ("survey", To.CUSTOMER, [Verb.RATE] * 5),
        ("assigned", To.OWNER, [Verb.ACK, Verb.REPLY, Verb.ASSIGN]),
        ("reminder", To.OWNER, [Verb.ACK, Verb.REPLY, Verb.ASSIGN]),
        ("rung", To.RUNG, [Verb.TAKE, Verb.ASSIGN, Verb.NOTED]),
        ("breach", To.LEAD, [Verb.TAKE, Verb.ASSIGN, Verb.NOTED]),
    ],
)
def test_a_message_carries_the_buttons_it_asks_for(
    gallery: Gallery, template: str, to: To, verbs: list[Verb]
) -> None:
    message = message_of(
        gallery, template, to, number=30, choice="manager" if template == "rung" else "s1_phone:response"
    )

    assert [each.verb for each in buttons(message)] == verbs


def test_stars_are_one_to_five(gallery: Gallery) -> None:
    assert [each.words for each in buttons(message_of(gallery, "survey", To.CUSTOMER))] == [
        "1",
        "2",
        "3",
        "4",
        "5",
    ]


@pytest.mark.parametrize(("choice", "may_be"), [("s1_phone:response", True), ("s1_p4:diagnosis", False)])
def test_only_a_missed_response_may_be_a_breach_of_contract(
    gallery: Gallery, choice: str, may_be: bool
) -> None:
    lines = plain(message_of(gallery, "breach", To.LEAD, choice=choice))

    assert any("S1 §8.4" in line and "2%" in line for line in lines) is may_be
    assert any("S1 annex 2 §" in line for line in lines)


def test_a_rung_nobody_fills_says_so_to_who_stands_in(gallery: Gallery) -> None:
    staffed = gallery.directory
    people = {each.id: each for each in staffed.people.values() if Role.DIRECTOR not in each.roles}
    understaffed = replace(gallery, directory=replace(staffed, people=people))
    role = gallery.texts.say("word.role.director", gallery.lang)
    stands_in = gallery.texts.say("tell.rung.stands_in", gallery.lang, role=role)

    assert stands_in in plain(message_of(understaffed, "rung", To.RUNG, choice="director"))
    assert stands_in not in plain(message_of(gallery, "rung", To.RUNG, choice="director"))


def test_who_speaks_is_named_where_it_is_known(directory: Directory, book: Book, texts: Texts) -> None:
    shown = Gallery(Language.ZH, directory, book, texts)

    assert "Eve Turner：" in " ".join(plain(message_of(shown, "reply", To.CUSTOMER, by="eve-turner")))
    assert "星辰云服：" in " ".join(plain(message_of(shown, "reply", To.CUSTOMER)))


def test_every_kind_of_fact_is_public_or_not() -> None:
    assert set(PUBLIC) == set(FactKind)


def test_what_is_said_among_staff_stays_there() -> None:
    hidden = {kind for kind, shown in PUBLIC.items() if shown is Shown.NOTHING}

    assert {
        FactKind.NOTED_INTERNALLY,
        FactKind.REMINDED,
        FactKind.ENGINEER_OVERDUE,
        FactKind.RUNG_REACHED,
        FactKind.RUNG_SEEN,
        FactKind.REPLY_HELD,
        FactKind.REPLY_TAKEN_BACK,
        FactKind.BREACHED,
    } <= hidden


def test_a_level_that_stays_is_called_confirmed(gallery: Gallery) -> None:
    case_level = int(Level.CRITICAL)
    message = message_of(gallery, "level_changed", To.CUSTOMER, **{"from": case_level, "to": case_level})

    assert gallery.texts.say("tell.level_changed.confirmed.title", gallery.lang) in plain(message)[0]
