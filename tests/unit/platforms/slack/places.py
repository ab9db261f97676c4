"""The demo's people and groups, on Slack."""

from collections.abc import Mapping
from dataclasses import replace

from bot.core.people import GroupId, PersonId
from bot.directory.lookup import Directory
from bot.platforms.slack.payload import SLACK

PEOPLE: Mapping[PersonId, str] = {
    PersonId("lin-xiaobei"): "U0LIN",
    PersonId("eve-turner"): "U0EVE",
    PersonId("qin-shuyao"): "U0QIN",
}
CHANNELS: Mapping[GroupId, str] = {GroupId("huayue"): "C0HUAYUE", GroupId("engineers"): "C0ENG"}


def on_slack(directory: Directory) -> Directory:
    """Return a directory with some of its people and groups on Slack."""
    people = {
        name: replace(person, ids={**person.ids, SLACK: PEOPLE[name]}) if name in PEOPLE else person
        for name, person in directory.people.items()
    }
    groups = tuple(
        replace(group, places={**group.places, SLACK: CHANNELS[group.id]}) if group.id in CHANNELS else group
        for group in directory.filed_groups
    )
    return replace(directory, people=people, filed_groups=groups)
