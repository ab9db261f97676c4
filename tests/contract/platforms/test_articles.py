"""An article on every platform: it can be read, judged and left for a person, pressed or typed."""

import pytest

from bot.core.inbound import Action
from bot.core.message import Message
from bot.core.people import Language
from bot.kb.answer import Hit
from bot.notify.answers import article, offer
from bot.notify.scene import Scene
from bot.notify.texts import Texts
from tests.contract.platforms.stage import Feature, Stage
from tests.contract.platforms.test_platforms import STAGES, on
from tests.scenario.world import START, demo
from tests.unit.kb.articles import HOURS

EVERYWHERE = pytest.mark.parametrize(
    "stage", STAGES, indirect=True, ids=lambda kind: str(kind.group.platform)
)
QUESTION = "几点有人上班"


@pytest.fixture(scope="module")
def scene() -> Scene:
    directory = demo().directory
    return Scene(
        lang=Language.ZH,
        zone=directory.desk.zone,
        now=START,
        directory=directory,
        book=demo().book,
        texts=Texts.load(),
        staff=False,
    )


async def shown(stage: Stage, message: Message) -> str:
    await stage.platform.send(stage.group, message, key="k")
    return "\n".join(each.text for each in stage.stands(stage.group))


@EVERYWHERE
async def test_it_says_what_it_rests_on_and_how_old_it_is(stage: Stage, scene: Scene) -> None:
    text = await shown(stage, article(scene, HOURS, QUESTION))

    for words in ("几点上班？", "九点到五点半。", "服务指南 4.2.2.1", "2026年11月2日"):
        assert words in text


@EVERYWHERE
async def test_every_way_on_can_be_pressed_or_is_told_to_be_typed(stage: Stage, scene: Scene) -> None:
    text = await shown(stage, article(scene, HOURS, QUESTION))
    pressed = {label for each in stage.stands(stage.group) for label in each.buttons}

    for label, typed in (
        ("有帮助", "知识库 有帮助 support-hours"),
        ("没有帮助", "知识库 没有帮助 support-hours"),
        ("转人工", f"转人工 {QUESTION}"),
    ):
        assert label in pressed or typed in text


@EVERYWHERE
async def test_every_offered_title_can_be_chosen(stage: Stage, scene: Scene) -> None:
    text = await shown(stage, offer(scene, (Hit(HOURS, 0.5),), QUESTION))
    pressed = {label for each in stage.stands(stage.group) for label in each.buttons}

    assert "几点上班？" in pressed or "知识库 看 support-hours" in text
    assert "都不是，转人工" in pressed or "都不是，转人工" in text


@on(Feature.BUTTONS)
async def test_a_press_says_which_article_it_judges(stage: Stage, scene: Scene) -> None:
    await stage.platform.send(stage.group, article(scene, HOURS, QUESTION), key="k")

    await stage.presses("没有帮助")

    (pressed,) = await stage.heard()
    assert isinstance(pressed, Action)
    assert (pressed.verb, pressed.words) == ("kb", "没有帮助 support-hours")
