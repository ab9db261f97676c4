from dataclasses import replace

import pytest

from bot.core.people import PersonId
from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.notify.texts import Texts
from bot.platforms.dingtalk.payload import DINGTALK
from tests.fakes.reception import DEMO
from tests.unit.platforms.dingtalk.captured import GROUP, LIN


@pytest.fixture(scope="session")
def directory() -> Directory:
    """The demo's directory, with 林小北 and 华岳大学's group on DingTalk."""
    demo = load_directory(DEMO)
    lin = PersonId("lin-xiaobei")
    group, *others = demo.filed_groups
    return replace(
        demo,
        people={**demo.people, lin: replace(demo.people[lin], ids={DINGTALK: LIN})},
        filed_groups=(replace(group, places={DINGTALK: GROUP}), *others),
    )


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()
