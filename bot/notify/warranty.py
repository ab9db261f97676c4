"""What staff read about the warranty of a case, its parts, and what the document says of such cases."""

from collections.abc import Iterator
from datetime import date

from bot.cases.model import Case, CaseType, Part, Treatment
from bot.core.message import Block, Bold, Bullets, Field, Line
from bot.notify.build import para, row
from bot.notify.scene import Scene
from bot.notify.times import date_words
from bot.sla.warranty import after, agreed
from bot.sla.warranty import notes as known


def covered_fields(scene: Scene, case: Case) -> Iterator[Field]:
    """Yield whether a case is under warranty and to which day, and the parts that count anew."""
    if case.terms.in_warranty is not None:
        yield row(scene, "warranty", *_cover(scene, case))
    if case.parts:
        parts = scene.say("word.comma").join(_part(scene, case, each) for each in case.parts)
        yield row(scene, "parts", parts)


def notes(scene: Scene, case: Case) -> Iterator[Block]:
    """Yield what staff should know of such a case: how it is handled, what the documents say of it."""
    handling = scene.book.level_handling(case.terms, case.level, scene.lang)
    lines: list[Line] = [(each,) for each in handling]
    lines += [
        scene.line("card.note", words=each.words.get(scene.lang), clause=each.clause)
        for each in known(case.terms, scene.book, case.type)
    ]
    warranty = agreed(case.terms, scene.book)
    if warranty and warranty.exclusions and case.type is CaseType.REPAIR:
        left_out = scene.say("word.comma").join(each.get(scene.lang) for each in warranty.exclusions)
        lines.append(scene.line("card.exclusions", words=left_out, clause=warranty.clause))
    if lines:
        yield para(scene, "card.notes")
        yield Bullets(tuple(lines))


def _cover(scene: Scene, case: Case) -> Line:
    stands = "in" if case.terms.in_warranty else "out"
    until = case.terms.warranty_until
    line = (
        scene.line(f"card.warranty.{stands}_until", day=Bold(date_words(scene, until)))
        if until
        else scene.line(f"card.warranty.{stands}")
    )
    return (*line, scene.say("card.warranty.said")) if case.cover else line


def _part(scene: Scene, case: Case, part: Part) -> str:
    done = scene.say(f"card.part.{part.treatment}")
    until = _until(scene, case, part)
    if until is None:
        return scene.say("card.part.plain", name=part.name, done=done)
    return scene.say("card.part.until", name=part.name, done=done, day=date_words(scene, until))


def _until(scene: Scene, case: Case, part: Part) -> date | None:
    """The last day of a part's own warranty; None where the contract has none for what was done to it."""
    warranty = agreed(case.terms, scene.book)
    if warranty is None:
        return None
    length = {Treatment.REPLACED: warranty.replaced, Treatment.REPAIRED: warranty.repaired}[part.treatment]
    return after(part.at.astimezone(case.terms.zone).date(), length) if length else None
