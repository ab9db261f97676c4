"""Groups tied from chat, beside and against the file."""

import pytest

from bot.core.people import Audience, ContractId, CustomerId, Language, Place, PlatformName
from bot.directory.loader import parse_directory
from bot.directory.lookup import Directory
from bot.directory.model import Reads
from bot.directory.overlay import Binding, Conflict, ConflictKind
from tests.unit.directory.files import SMALL

ONE, TWO, GONE = CustomerId("one"), CustomerId("two"), CustomerId("gone")
SLACK = PlatformName("slack")
C1, C2, C9 = (Place(SLACK, conversation) for conversation in ("C1", "C2", "C9"))
FIRST_ON_DINGTALK = Place(PlatformName("dingtalk"), "cid:1")
LOBBY = Place(PlatformName("local"), "g:lobby")


@pytest.fixture(scope="module")
def small() -> Directory:
    return parse_directory(SMALL, file="directory.yaml")


def customer_at(directory: Directory, place: Place) -> CustomerId | None:
    group = directory.group_of(place)
    return None if group is None else group.customer


def test_a_group_bound_in_chat_is_a_customers_group(small: Directory) -> None:
    overlaid = small.with_overlay({LOBBY.lane: (TWO, ContractId("two-only"))})
    group = overlaid.group_of(LOBBY)

    assert group is not None
    assert (group.customer, group.contract, group.audience) == (TWO, "two-only", Audience.CUSTOMER)
    assert (group.language, group.reads, group.title.en) == (Language.EN, Reads.ALL, "Two")
    assert group.all_places() == (LOBBY,)
    assert overlaid.conflicts == ()
    assert small.group_of(LOBBY) is None


def test_a_new_overlay_takes_the_place_of_the_old(small: Directory) -> None:
    overlaid = small.with_overlay({LOBBY.lane: (TWO, None)}).with_overlay({})

    assert overlaid == small
    assert overlaid.group_of(LOBBY) is None


def test_chat_wins_over_the_file_and_the_difference_is_listed(small: Directory) -> None:
    overlaid = small.with_overlay({C1.lane: (TWO, None)})
    group = overlaid.group_of(C1)

    assert group is not None
    assert (group.customer, group.contract, group.reads) == (TWO, None, Reads.MENTIONS)
    assert overlaid.conflicts == (Conflict(C1.lane, ConflictKind.FILE_DIFFERS, (TWO, None)),)


def test_only_the_conversation_bound_leaves_its_group(small: Directory) -> None:
    overlaid = small.with_overlay({C1.lane: (TWO, None)})

    assert customer_at(overlaid, FIRST_ON_DINGTALK) == ONE
    assert [group.id for group in overlaid.groups] == ["first", "second", "engineers", "slack:C1"]


def test_a_group_untied_in_chat_is_nobodys_and_the_difference_is_listed(small: Directory) -> None:
    overlaid = small.with_overlay({C2.lane: None, LOBBY.lane: None})

    assert overlaid.group_of(C2) is None
    assert [group.id for group in overlaid.groups] == ["first", "engineers"]
    assert overlaid.conflicts == (Conflict(C2.lane, ConflictKind.FILE_DIFFERS, None),)


@pytest.mark.parametrize("binding", [(TWO, ContractId("two-only")), (TWO, None)])
def test_what_chat_and_file_agree_on_changes_nothing(small: Directory, binding: Binding) -> None:
    overlaid = small.with_overlay({C2.lane: binding})

    assert overlaid.groups == small.groups
    assert overlaid.conflicts == ()


@pytest.mark.parametrize(
    ("place", "binding", "kind"),
    [
        (C9, (ONE, None), ConflictKind.ENGINEERS_GROUP),
        (C9, None, ConflictKind.ENGINEERS_GROUP),
        (C1, (GONE, None), ConflictKind.UNKNOWN_CUSTOMER),
        (LOBBY, (GONE, None), ConflictKind.UNKNOWN_CUSTOMER),
        (LOBBY, (ONE, ContractId("gone")), ConflictKind.UNKNOWN_CONTRACT),
        (LOBBY, (ONE, ContractId("two-only")), ConflictKind.OTHER_CUSTOMERS_CONTRACT),
    ],
)
def test_what_cannot_be_is_listed_and_left_out(
    small: Directory, place: Place, binding: Binding | None, kind: ConflictKind
) -> None:
    overlaid = small.with_overlay({place.lane: binding})

    assert overlaid.groups == small.groups
    assert overlaid.conflicts == (Conflict(place.lane, kind, binding),)
