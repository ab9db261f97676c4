"""What it means by the contract that a promise was not kept: for staff, who judge it (C38)."""

from babel.numbers import format_currency, format_percent

from bot.core.message import Paragraph
from bot.core.people import ContractId
from bot.notify.build import para
from bot.notify.scene import Scene
from bot.sla.agreed import BrokenRow


def follows(scene: Scene, contract: ContractId | None, broken: BrokenRow) -> Paragraph:
    """Return what follows, with its share of the contract's value and the amount where that is known."""
    words = broken.words.get(scene.lang)
    if broken.percent is None:
        return para(scene, "broken.words", words=words, clause=broken.clause)
    key = "broken.daily" if broken.daily else "broken.share"
    share = _share(scene, contract, broken.percent)
    return para(scene, key, words=words, clause=broken.clause, share=share)


def _share(scene: Scene, contract: ContractId | None, percent: float) -> str:
    share = format_percent(percent / 100, locale=scene.lang)
    known = scene.contract(contract)
    if known is None or known.value is None:
        return share
    amount = format_currency(known.value * percent / 100, known.currency, locale=scene.lang)
    return scene.say("broken.amount", share=share, amount=amount)
