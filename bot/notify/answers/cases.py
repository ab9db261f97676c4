"""Answers about cases: lists, one case, its history, and short receipts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.cases.facts import Fact, Recorded
from bot.cases.model import WORKING, Case, Status, Words
from bot.cases.words import TAKE_BACK_TIME
from bot.core.message import (
    Block,
    Bold,
    Bullets,
    Button,
    Buttons,
    Code,
    Fields,
    Line,
    Message,
    Paragraph,
    Quote,
)
from bot.core.verbs import Verb
from bot.notify.build import brief, level, para, press, presses, row
from bot.notify.cards import (
    CUSTOMERS,
    EVERYDAY,
    customer,
    customer_fields,
    remarks,
    staff_fields,
    status,
    tone,
)
from bot.notify.files import named
from bot.notify.history import list_of, visible
from bot.notify.promises import deadline, earliest, promised
from bot.notify.scene import Scene
from bot.notify.texts import as_line
from bot.notify.times import clock
from bot.notify.warranty import notes

LATEST = 3
"""How many of the last facts `detail` shows."""


def listing(scene: Scene, title_key: str, cases: Sequence[Case]) -> Message:
    """Return cases, one line each, under a title; words of their own where there are none."""
    if not cases:
        return Message(title=scene.line(title_key), blocks=(para(scene, "list.none"),))
    return Message(
        title=scene.line(title_key), blocks=(Bullets(tuple(one_line(scene, case) for case in cases)),)
    )


def one_line(scene: Scene, case: Case) -> Line:
    """Return a case on one line: number, level, first words, status, owner, nearest deadline."""
    parts = [level(scene, case), brief(case), status(scene, case)]
    if scene.staff:
        parts.insert(1, customer(scene, case))
    if case.owner:
        parts.append(scene.name(case.owner, case))
    return as_line(Code(case.key), " · ", " · ".join(parts), *_nearest(scene, case))


def detail(scene: Scene, case: Case, facts: Sequence[Fact]) -> Message:
    """Return one case as it stands, with its latest news."""
    fields = staff_fields(scene, case) if scene.staff else customer_fields(scene, case)
    verbs = EVERYDAY if scene.staff else CUSTOMERS
    listed = list_of(scene, case, visible(scene, facts)[-LATEST:])
    news: tuple[Block, ...] = (para(scene, "show.news"), *listed) if listed else ()
    return Message(
        title=(f"{case.key} · {level(scene, case) if scene.staff else status(scene, case)}",),
        blocks=(
            Quote(case.brief),
            Fields(tuple(fields)),
            *(notes(scene, case) if scene.staff else remarks(scene, case)),
            *news,
            *presses(
                scene, case, tuple(verb for verb in verbs.get(case.status, ()) if verb is not Verb.SHOW)
            ),
        ),
        tone=tone(scene, case) if scene.staff else Message().tone,
    )


def history(scene: Scene, case: Case, recorded: Sequence[Recorded]) -> Message:
    """Return what happened to a case, in order, as far as the reader may see it."""
    return Message(
        title=scene.line("log.title", case=case.key),
        blocks=list_of(scene, case, (each.fact for each in recorded)) or (para(scene, "log.none"),),
    )


def opened(scene: Scene, case: Case) -> Message:
    """Tell the one of the staff who opened a case what became of it."""
    return Message(
        title=scene.line("opened.title", case=case.key),
        blocks=(
            Fields(tuple(staff_fields(scene, case))),
            *presses(scene, case, EVERYDAY.get(case.status, ())),
        ),
    )


def joined(scene: Scene, case: Case, text: str) -> Message:
    """Say that words were taken into a live case, and offer to open another with them."""
    return Message(
        blocks=(para(scene, "joined.body", case=Bold(case.key)), Buttons((_another(scene, text),))),
    )


def closed_words(scene: Scene, case: Case, text: str) -> Message:
    """Say that words were taken into a closed case, and ask whether it is back or this is another."""
    back = press(scene, Verb.REOPEN, case, words=text)
    return Message(
        blocks=(
            para(scene, "closed_words.body", case=Bold(case.key)),
            Buttons((back, _another(scene, text))),
        )
    )


def words_after_solution(scene: Scene, case: Case) -> Message:
    """Say that words after a solution were heard, and ask again whether it holds."""
    return Message(
        blocks=(
            para(scene, "words_after_solution.body", case=Bold(case.key)),
            *presses(scene, case, CUSTOMERS[Status.SOLVED]),
        )
    )


def solution_wanted(scene: Scene, case: Case) -> Message:
    """Ask one of the staff for the solution, which the customer will read."""
    return Message(
        blocks=(
            para(scene, "solution_wanted.body", case=Bold(case.key), brief=brief(case)),
            *presses(scene, case, (Verb.SOLVE,)),
        )
    )


def confirm_question(scene: Scene, case: Case) -> Message:
    """Ask whether words such as “it works now” close the case."""
    return Message(
        blocks=(
            para(scene, "confirm_question.body", case=Bold(case.key), brief=brief(case)),
            *presses(scene, case, (Verb.CONFIRM,)),
        )
    )


def case_choice(scene: Scene, cases: Sequence[Case], verb: Verb, words: str) -> Message:
    """Ask which case is meant, with a button for each."""
    return Message(
        blocks=(
            para(scene, "choice.question"),
            Bullets(tuple(one_line(scene, case) for case in cases)),
            Buttons(
                tuple(
                    Button(label=case.key, verb=verb, case=case.key, words=words, as_of=case.version)
                    for case in cases
                )
            ),
        )
    )


def reply_preview(scene: Scene, case: Case, words: Words) -> Message:
    """Show an engineer what the customer will read, while it can still be taken back."""
    return Message(
        title=scene.line("preview.title", case=case.key, customer=customer(scene, case)),
        blocks=(
            Quote(words.text),
            *named(scene, words.files),
            para(scene, "preview.body", seconds=TAKE_BACK_TIME // timedelta(seconds=1)),
            Buttons((press(scene, Verb.TAKEBACK, case, words=str(words.number)),)),
        ),
    )


def changed_meanwhile(scene: Scene, case: Case, facts: Sequence[Fact]) -> Message:
    """Answer a late press: nothing was done, this is what happened since the button was drawn."""
    owner = row(scene, "owner", scene.name(case.owner, case))
    verbs = EVERYDAY if scene.staff else CUSTOMERS
    listed = list_of(scene, case, facts)
    meanwhile: tuple[Block, ...] = (para(scene, "changed.facts"), *listed) if listed else ()
    return Message(
        title=scene.line("changed.title", case=case.key),
        blocks=(
            para(scene, "changed.body"),
            *meanwhile,
            Fields((row(scene, "status", status(scene, case)), owner)),
            *presses(scene, case, verbs.get(case.status, ())),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestGroup:
    """Cases of the morning list under one title, a key below `digest`; `count` of them, not all listed."""

    name: str
    cases: tuple[Case, ...]
    count: int


def digest(scene: Scene, groups: Iterable[DigestGroup]) -> Message:
    """Return the supervisors' morning list."""
    return Message(
        title=scene.line("digest.title", at=clock(scene, scene.now)),
        blocks=tuple(_groups(scene, groups)) or (para(scene, "digest.none"),),
    )


def _another(scene: Scene, text: str) -> Button:
    return Button(label=scene.say("button.another"), verb=Verb.NEW, words=text)


def _groups(scene: Scene, groups: Iterable[DigestGroup]) -> Iterator[Block]:
    for group in groups:
        lines = tuple(one_line(scene, case) for case in group.cases)
        more = group.count - len(lines)
        yield Paragraph((Bold(scene.say(f"digest.{group.name}", n=group.count)),))
        yield Bullets((*lines, scene.line("digest.more", n=more)) if more else lines)


def _nearest(scene: Scene, case: Case) -> Line:
    """The nearest deadline: for staff with the time left, for customers as it was promised."""
    promise = earliest(case) if case.status in WORKING else None
    if promise is None:
        return ()
    name = scene.say(f"field.promise.{promise.target.milestone}")
    if scene.staff:
        return (" · ", f"{name} ", *deadline(scene, promise))
    field = promised(scene, case, promise.target.milestone)[0]
    return (" · ", f"{name} ", *field.value)
