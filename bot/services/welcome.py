"""The first words in each group of the demo: what this is, and what to try."""

from bot.core.people import Audience
from bot.directory.model import Reads
from bot.notify.answers import note
from bot.ports import Saying, Unit
from bot.services.desk import Desk

SENTENCES = {
    (Audience.CUSTOMER, Reads.ALL): "welcome.customer",
    (Audience.CUSTOMER, Reads.MENTIONS): "welcome.mentions",
    (Audience.ENGINEERS, Reads.ALL): "welcome.engineers",
    (Audience.ENGINEERS, Reads.MENTIONS): "welcome.engineers",
}


def welcome(unit: Unit, desk: Desk) -> None:
    """Say once in every group what one can try there."""
    for group in desk.directory_of(unit).groups:
        for place in group.all_places():
            scene = desk.scene(unit, group.language, staff=group.audience is Audience.ENGINEERS, place=place)
            sentence = SENTENCES[group.audience, group.reads]
            unit.outbox.say(Saying(key=f"welcome:{place}", place=place, message=note(scene, sentence)))
