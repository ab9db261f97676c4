"""One verb about to be carried out: who asks what, on which case, and for whose eyes the answer is."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.cases.model import Case
from bot.cases.triggers import Trigger, TriggerKind
from bot.core.errors import UserError
from bot.core.message import Message, Paragraph, Span
from bot.handlers.request import Request
from bot.notify.build import level
from bot.notify.scene import Scene
from bot.services.files import enclosed
from bot.services.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A verb with everything its handler needs; `scene` is that of the place the answer goes to."""

    turn: Turn
    request: Request
    scene: Scene
    case: Case | None = None

    @property
    def the_case(self) -> Case:
        """The case the verb is about.

        Raises:
            UserError: it is about none.
        """
        if self.case is None:
            raise UserError("number_needed", verb=self.request.verb)
        return self.case

    def trigger(self, kind: TriggerKind) -> Trigger:
        """Return what was given as a trigger; nothing is said to have happened before the case was opened."""
        given = self.request.given
        at = max(given.at, self.the_case.opened_at) if given.at else self.turn.origin.said_at
        return Trigger(
            kind=kind,
            by=self.turn.actor.person,
            said_at=at,
            text=given.text,
            choice=given.choice,
            level=given.level,
            until=given.until,
            number=given.number,
            enclosed=enclosed(self.turn),
        )

    def say(self, key: str, **values: Span) -> Message:
        """Return one sentence as an answer."""
        return Message(blocks=(Paragraph(self.scene.line(key, **values)),))

    def done(self, case: Case) -> Message:
        """Return the sentence that says a verb was carried out."""
        return self.say(
            f"done.{self.request.verb}",
            case=case.key,
            owner=self.scene.name(case.owner, case),
            level=level(self.scene, case),
            times=str(case.chases),
            step=self.scene.say(f"step.{case.visit}"),
        )


Handler = Callable[[Call], Message | None]
"""Carries a verb out and answers; None where what was done speaks for itself in the same place."""
