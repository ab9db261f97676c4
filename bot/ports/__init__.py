"""The doors to the outside: what the inside needs from a database, a chat platform and a second channel.

Implementations live in `storage` and `bot.platforms`; bot.main alone names them.
"""

from bot.core.people import MAIL
from bot.ports.articles import Articles, Draft, Tally
from bot.ports.cases import CaseQuery, Cases, Facts, Order
from bot.ports.files import Content, Drawn, Files, FileState, WantedFile
from bot.ports.keeping import HEAD_SUFFIX, Head, Heads, Keeping, Somebody, Traces
from bot.ports.mailboxes import (
    Alert,
    Box,
    ClaimedSaying,
    ClaimedShowing,
    GivenUp,
    Guard,
    Inbox,
    Outbox,
    Received,
    Saying,
    SentRef,
    Showing,
)
from bot.ports.memory import Binding, ChatLine, ChatLog, Exchange, Exchanges, Registry
from bot.ports.platforms import (
    FILE_LIMIT,
    Alerter,
    Capabilities,
    Event,
    Finding,
    Platform,
    Reception,
    Verdict,
)
from bot.ports.store import Store, Unit

__all__ = [
    "FILE_LIMIT",
    "HEAD_SUFFIX",
    "MAIL",
    "Alert",
    "Alerter",
    "Articles",
    "Binding",
    "Box",
    "Capabilities",
    "CaseQuery",
    "Cases",
    "ChatLine",
    "ChatLog",
    "ClaimedSaying",
    "ClaimedShowing",
    "Content",
    "Draft",
    "Drawn",
    "Event",
    "Exchange",
    "Exchanges",
    "Facts",
    "FileState",
    "Files",
    "Finding",
    "GivenUp",
    "Guard",
    "Head",
    "Heads",
    "Inbox",
    "Keeping",
    "Order",
    "Outbox",
    "Platform",
    "Received",
    "Reception",
    "Registry",
    "Saying",
    "SentRef",
    "Showing",
    "Somebody",
    "Store",
    "Tally",
    "Traces",
    "Unit",
    "Verdict",
    "WantedFile",
]
