"""One person's turn to speak: the setting every answer depends on."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.access import Actor, View, Where, view
from bot.core.inbound import Origin, Sent
from bot.core.people import Place
from bot.notify.scene import Scene
from bot.ports import Unit
from bot.services.desk import Desk

JOIN_WINDOW = timedelta(minutes=30)
"""How long a person's words without a thread belong to what they said before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who says something, where, with which files, in which transaction of which desk."""

    unit: Unit
    desk: Desk
    origin: Origin
    actor: Actor
    where: Where
    files: tuple[Sent, ...] = ()

    @property
    def answer_place(self) -> Place:
        """Where to answer: in the thread, or below the message where the platform has threads."""
        place = self.origin.place
        capabilities = self.desk.capabilities.get(place.platform)
        threaded = capabilities is not None and capabilities.threads and not self.origin.direct
        if place.thread is None and threaded and self.origin.message is not None:
            return replace(place, thread=self.origin.message)
        return place

    @property
    def scene(self) -> Scene:
        """The scene of an answer: the place decides what is shown, the asker the language."""
        directory = self.desk.directory_of(self.unit)
        contract = directory.contract(self.where.contract) if self.where.contract else None
        return self.desk.scene(
            self.unit,
            self.actor.language,
            staff=view(self.where, self.actor) is View.STAFF,
            zone=contract.zone if contract else None,
            place=self.where.place,
        )
