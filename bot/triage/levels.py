"""How bad a fault is: one table from what a clause says of it to the level of the service documents.

The impact on the business decides, never the tone or the technical difficulty (售后服务承诺 10.5); of several
symptoms the worst counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.people import Level
from bot.triage.passage import FAILURES, OBJECTS, SCOPES, Passage
from bot.triage.reading import Ask
from bot.triage.rules import Mark, Sign

OBJECT_ORDER = (Sign.SPARE, Sign.SIDE, Sign.CORE, Sign.WHOLE)
"""The most particular first: "the printer of the system" is a printer."""
SCOPE_ORDER_IN_CLAUSE = (Sign.FEW, Sign.MANY, Sign.EVERYONE)
"""One of 56 is one."""
SCOPE_ORDER_ELSEWHERE = (Sign.EVERYONE, Sign.MANY, Sign.FEW)
"""Said elsewhere in the message, the worst scope counts."""
EVERYWHERE = frozenset({Sign.RUNS, Sign.HARMLESS, Sign.SLIP})
"""What is said once and holds for the whole message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A symptom that says all of `when`, something of `either` if given, and nothing of `unless`."""

    when: frozenset[Sign] = frozenset()
    either: frozenset[Sign] = frozenset()
    unless: frozenset[Sign] = frozenset()
    level: Level
    ask: Ask | None = None
    clause: str

    def fits(self, signs: frozenset[Sign]) -> bool:
        """Return whether a symptom that says `signs` is this one."""
        return (
            self.when <= signs and (not self.either or bool(self.either & signs)) and not self.unless & signs
        )


@dataclass(frozen=True, slots=True)
class Severity:
    """The level of a message, the question if it is unclear, the marks that gave it, and the definition."""

    level: Level
    ask: Ask | None
    marks: tuple[Mark, ...]
    clause: str


def _signs(*signs: Sign) -> frozenset[Sign]:
    return frozenset(signs)


LEVELS = (
    Row(
        when=_signs(Sign.ATTACK),
        either=_signs(Sign.RUNS, Sign.HARMLESS, Sign.FEW),
        level=Level.SEVERE,
        clause="售后服务承诺 4.2.4 部分瘫痪",
    ),
    Row(when=_signs(Sign.ATTACK), level=Level.CRITICAL, clause="售后服务承诺 4.2.4"),
    Row(when=_signs(Sign.DATA_LOST, Sign.FEW), level=Level.MINOR, clause="服务指南 4.4.2 第三级"),
    Row(
        when=_signs(Sign.DATA_LOST),
        either=_signs(Sign.RUNS, Sign.HARMLESS),
        level=Level.SEVERE,
        clause="服务指南 4.4.2 第二级",
    ),
    Row(
        when=_signs(Sign.DATA_LOST),
        unless=_signs(Sign.SLIP, Sign.STOPS),
        level=Level.CRITICAL,
        ask=Ask.STOPPED,
        clause="售后服务承诺 10.5 P1 业务丢失",
    ),
    Row(when=_signs(Sign.STOPS, Sign.FEW), level=Level.MINOR, clause="服务指南 4.4.2 第三级"),
    Row(
        when=_signs(Sign.STOPS),
        either=_signs(Sign.MANY, Sign.RUNS, Sign.SIDE),
        level=Level.SEVERE,
        clause="售后服务承诺 10.5 P2",
    ),
    Row(when=_signs(Sign.STOPS), level=Level.CRITICAL, clause="售后服务承诺 10.5 P1"),
    Row(
        when=_signs(Sign.HAMPERS),
        unless=_signs(Sign.FEW, Sign.SIDE, Sign.SPARE),
        level=Level.SEVERE,
        clause="售后服务承诺 10.5 P2 影响和限制部分业务",
    ),
    Row(
        either=_signs(Sign.SPARE, Sign.SIDE),
        level=Level.MINOR,
        clause="服务指南 4.4.2 第三级 非主要功能失效",
    ),
    Row(
        when=_signs(Sign.SLIP),
        unless=_signs(Sign.EVERYONE),
        level=Level.USAGE,
        clause="服务指南 4.4.2 第四级",
    ),
    Row(
        when=_signs(Sign.EVERYONE, Sign.WHOLE),
        unless=_signs(Sign.RUNS, Sign.SLOW),
        level=Level.CRITICAL,
        clause="服务指南 4.4.2 第一级",
    ),
    Row(
        when=_signs(Sign.EVERYONE, Sign.DEAD),
        unless=_signs(Sign.RUNS, Sign.CORE),
        level=Level.CRITICAL,
        clause="服务指南 4.4.2 第一级",
    ),
    Row(when=_signs(Sign.HARMLESS), level=Level.MINOR, clause="售后服务承诺 10.5 P3 业务仍可正常运行"),
    Row(when=_signs(Sign.FEW), level=Level.MINOR, clause="ours: few users, and the rest can work"),
    Row(when=_signs(Sign.SLOW), level=Level.SEVERE, clause="服务指南 4.4.2 第二级 可以短暂容忍"),
    Row(
        when=_signs(Sign.CORE),
        either=_signs(Sign.EVERYONE, Sign.MANY, Sign.RUNS),
        level=Level.SEVERE,
        clause="服务指南 4.4.2 第二级 主要功能失效",
    ),
    Row(when=_signs(Sign.CORE), level=Level.SEVERE, ask=Ask.PEOPLE, clause="服务指南 4.4.2 第二级"),
    Row(
        when=_signs(Sign.WHOLE),
        either=_signs(Sign.MANY, Sign.RUNS),
        level=Level.SEVERE,
        clause="售后服务承诺 10.5 P2 影响部分业务",
    ),
    Row(when=_signs(Sign.DEAD, Sign.WHOLE), level=Level.CRITICAL, clause="服务指南 4.4.2 第一级"),
    Row(when=_signs(Sign.DEAD, Sign.MANY), level=Level.SEVERE, clause="售后服务承诺 10.5 P2"),
    Row(
        either=_signs(Sign.DEAD, Sign.WHOLE),
        level=Level.CRITICAL,
        ask=Ask.STOPPED,
        clause="服务指南 4.4.2 第一级",
    ),
    Row(
        either=_signs(Sign.EVERYONE, Sign.MANY),
        level=Level.SEVERE,
        clause="服务指南 4.4.2 第二级 影响网络用户服务",
    ),
    Row(when=_signs(Sign.RUNS), level=Level.MINOR, clause="服务指南 4.4.2 第三级 可以容忍"),
    Row(level=Level.SEVERE, ask=Ask.PEOPLE, clause="服务指南 4.4.2 第二级"),
)
"""The first row that fits counts; the last fits always."""


def severity(passage: Passage) -> Severity | None:
    """Return the worst of the live symptoms, or None if there is none.

    Source: 服务指南 4.4.2; 售后服务承诺 10.5.
    """
    return min(_symptoms(passage), key=lambda each: (each.level, each.ask is not None), default=None)


def _symptoms(passage: Passage) -> Iterator[Severity]:
    """Yield every clause that tells of a failure, with what the clauses around it add."""
    told = passage.signs
    thing: frozenset[Sign] = frozenset()
    for marks in passage.by_clause().values():
        said = frozenset(sign for mark in marks for sign in mark.signs)
        thing = _first(OBJECT_ORDER, said) or thing
        if said & FAILURES:
            scope = _first(SCOPE_ORDER_IN_CLAUSE, said) or _first(SCOPE_ORDER_ELSEWHERE, told)
            signs = said - OBJECTS - SCOPES | thing | scope | told & EVERYWHERE
            row = next(row for row in LEVELS if row.fits(signs))
            yield Severity(row.level, row.ask, marks, row.clause)


def _first(order: tuple[Sign, ...], said: frozenset[Sign]) -> frozenset[Sign]:
    return frozenset([sign for sign in order if sign in said][:1])
