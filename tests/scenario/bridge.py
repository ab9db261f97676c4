"""Desks on two platforms: customers on one, the desk's own people on the other; one customer is on both."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from bot.core.people import GroupId, PlatformName
from bot.directory.lookup import Directory
from bot.directory.model import Group, Person
from tests.scenario.world import THREADED, Setting, demo

SLACK, DINGTALK = PlatformName("slack"), PlatformName("dingtalk")
STREAM = replace(THREADED, edits=False, threads=False, buttons=False, forms=False, reads_back=False)
"""What a platform can where everybody talks in one stream and nothing that was said can be changed."""

PLATFORMS = {SLACK: THREADED, DINGTALK: STREAM}
ON_BOTH = "tang-kai"
"""One of the first customer's people; their group on the staff's platform is `SECOND`."""

SECOND = "huayue-2"


@cache
def apart(customers: PlatformName, staff: PlatformName) -> Setting:
    """Return the demo's desk with its customers on one platform and its staff on another."""
    configuration = replace(demo(), directory=_moved(demo().directory, customers, staff))
    return Setting(configuration, PLATFORMS)


def _moved(directory: Directory, customers: PlatformName, staff: PlatformName) -> Directory:
    groups = tuple(_group(each, customers if each.customer else staff) for each in directory.groups)
    first = next(each for each in groups if each.id == "huayue")
    second = replace(first, id=GroupId(SECOND), places={staff: f"g:{SECOND}"})
    people = {
        key: replace(person, ids=_ids(person, customers, staff)) for key, person in directory.people.items()
    }
    return replace(directory, people=people, filed_groups=(*groups, second))


def _group(group: Group, platform: PlatformName) -> Group:
    return replace(group, places={platform: f"g:{group.id}"})


def _ids(person: Person, customers: PlatformName, staff: PlatformName) -> Mapping[PlatformName, str]:
    home, other = (staff, customers) if person.is_staff else (customers, staff)
    ids = {home: str(person.id)}
    return ids | {other: str(person.id)} if person.id == ON_BOTH else ids
