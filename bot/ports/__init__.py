"""The doors to the outside: what the inside needs from a database, a chat platform and a second channel.

Implementations live in `storage` and `bot.platforms`; bot.main alone names them.
"""

from bot.ports.cases import CaseQuery, Cases, Facts, Order
from bot.ports.mailboxes import (
    MAIL,
    ClaimedSaying,
    ClaimedShowing,
    Guard,
    Inbox,
    Outbox,
    Received,
    Saying,
    SentRef,
    Showing,
)
from bot.ports.memory import Binding, ChatLine, ChatLog, Exchange, Exchanges, Registry
from bot.ports.platforms import Alerter, Capabilities, Platform, Sink
from bot.ports.store import Store, Unit

__all__ = [
    "MAIL",
    "Alerter",
    "Binding",
    "Capabilities",
    "CaseQuery",
    "Cases",
    "ChatLine",
    "ChatLog",
    "ClaimedSaying",
    "ClaimedShowing",
    "Exchange",
    "Exchanges",
    "Facts",
    "Guard",
    "Inbox",
    "Order",
    "Outbox",
    "Platform",
    "Received",
    "Registry",
    "Saying",
    "SentRef",
    "Showing",
    "Sink",
    "Store",
    "Unit",
]
