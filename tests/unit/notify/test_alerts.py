"""What staff read of alerts."""

from bot.cases.model import To
from bot.cases.transitions import TRANSITIONS
from bot.core.people import Language
from bot.notify.texts import Texts
from bot.services.readers import RANK


def test_every_alert_has_a_name(texts: Texts) -> None:
    alerts = {
        told.template
        for row in TRANSITIONS.values()
        for told in row.tells
        if told.to not in {To.CUSTOMER, To.MAIL} and (told.second_channel or told.template in RANK)
    }

    assert {f"word.alert.{each}" for each in alerts} - texts.keys(Language.ZH) == set()
