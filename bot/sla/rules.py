"""What happens to a case, and what that does to its clocks: one table, a clause for every row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.sla.policy import Milestone, Starts
from bot.sla.terms import Terms


class ClockEvent(StrEnum):
    """What happens to a case that some clock may care about."""

    RESPONDED = "responded"
    SUPPORT_STARTED = "support_started"
    ENGINEER_NAMED = "engineer_named"
    DIAGNOSED = "diagnosed"
    VISIT_DECIDED = "visit_decided"
    ARRIVED = "arrived"
    DISASTER = "disaster"
    NO_DISASTER = "no_disaster"
    WRITTEN_NOTICE = "written_notice"
    STANDBY = "standby"
    REPLACEMENT_OFFERED = "replacement_offered"
    VENDOR_ASKED = "vendor_asked"
    VENDOR_ANSWERED = "vendor_answered"
    UNIT_RECEIVED = "unit_received"
    UNIT_RETURNED = "unit_returned"
    OBJECTED = "objected"
    SOLVED = "solved"
    CUSTOMER_WAIT = "customer_wait"
    PARTS_AWAITED = "parts_awaited"
    RESUMED = "resumed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What an event does to a clock."""

    STARTS = "starts"
    AWAITS_VISIT = "awaits_visit"
    MEETS = "meets"
    PAUSES = "pauses"
    RESUMES = "resumes"
    REOPENS = "reopens"
    RENEWS = "renews"
    RESTARTS = "restarts"
    DROPS = "drops"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what happens, and by which clause."""

    move: Move
    clause: str


PAUSES: Mapping[ClockEvent, Callable[[Terms], bool]] = MappingProxyType(
    {
        ClockEvent.CUSTOMER_WAIT: lambda terms: terms.customer_wait_pauses_fix,
        ClockEvent.VENDOR_ASKED: lambda terms: terms.vendor_wait_pauses_fix,
        ClockEvent.PARTS_AWAITED: lambda terms: terms.parts_wait_pauses_fix,
    }
)
"""Which setting of the contract lets a wait pause the fix; without it nothing pauses."""

FROM_RECEIPT = frozenset({Starts.VISIT_DECIDED_FROM_RECEIPT, Starts.DISASTER_FROM_RECEIPT})
"""Clocks that something later starts and that count from the receipt all the same."""

REPEATED = frozenset(
    {Milestone.UPDATE, Milestone.VENDOR_ANSWER, Milestone.UNIT_RETURN, Milestone.OBJECTION_REPLY}
)
"""Promises that may be kept, and broken, more than once: news, and what may be asked or sent again."""

_S, _M, _E = Starts, Milestone, ClockEvent

RULES: Mapping[tuple[Starts | Milestone, ClockEvent], Rule] = MappingProxyType(
    {
        # By what starts the clock; looked up first.
        (_S.VISIT_DECIDED_FROM_RECEIPT, _E.VISIT_DECIDED): Rule(Move.STARTS, "S1 §4.1.2, C14"),
        (_S.VISIT_DECIDED_FROM_NOW, _E.VISIT_DECIDED): Rule(Move.STARTS, "S4 part 3 (5), C31"),
        (_S.DIAGNOSIS_OR_ARRIVAL, _E.DIAGNOSED): Rule(Move.STARTS, "S1 §10.5"),
        (_S.DIAGNOSIS_OR_ARRIVAL, _E.VISIT_DECIDED): Rule(Move.AWAITS_VISIT, "S1 §10.5, C15"),
        (_S.DIAGNOSIS_OR_ARRIVAL, _E.ARRIVED): Rule(Move.STARTS, "S1 §10.5, C15"),
        (_S.DIAGNOSIS_OR_ARRIVAL, _E.STANDBY): Rule(Move.MEETS, "S1 §10.5: a standby keeps the time"),
        (_S.DISASTER_FROM_RECEIPT, _E.DISASTER): Rule(Move.STARTS, "S1 §4.2.4"),
        (_S.DISASTER_FROM_RECEIPT, _E.NO_DISASTER): Rule(Move.DROPS, "ours: it turned out to be none"),
        (_S.WRITTEN_NOTICE, _E.WRITTEN_NOTICE): Rule(Move.STARTS, "S3 §4.5.1 (1), C17"),
        (_S.VENDOR_ASKED, _E.VENDOR_ASKED): Rule(Move.STARTS, "S1 §8.2"),
        (_S.UNIT_RECEIVED, _E.UNIT_RECEIVED): Rule(Move.STARTS, "S0 §3.2.2 d, §3.2.3 d"),
        (_S.OBJECTION, _E.OBJECTED): Rule(Move.STARTS, "S1 §9.2"),
        # By milestone. What proves that more has been done than was promised meets the promise too.
        (_M.RESPONSE, _E.RESPONDED): Rule(Move.MEETS, "S1 §8.2"),
        (_M.RESPONSE, _E.SUPPORT_STARTED): Rule(Move.MEETS, "ours"),
        (_M.RESPONSE, _E.DIAGNOSED): Rule(Move.MEETS, "ours"),
        (_M.RESPONSE, _E.SOLVED): Rule(Move.MEETS, "ours"),
        (_M.RESPONSE, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.SUPPORT_STARTED, _E.SUPPORT_STARTED): Rule(Move.MEETS, "S1 §4.1.1"),
        (_M.SUPPORT_STARTED, _E.DIAGNOSED): Rule(Move.MEETS, "ours"),
        (_M.SUPPORT_STARTED, _E.ARRIVED): Rule(Move.MEETS, "ours"),
        (_M.SUPPORT_STARTED, _E.SOLVED): Rule(Move.MEETS, "ours"),
        (_M.SUPPORT_STARTED, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.ENGINEER_NAMED, _E.ENGINEER_NAMED): Rule(Move.MEETS, "S1 §4.1.2"),
        (_M.ENGINEER_NAMED, _E.ARRIVED): Rule(Move.MEETS, "ours"),
        (_M.ENGINEER_NAMED, _E.SOLVED): Rule(Move.MEETS, "ours"),
        (_M.ENGINEER_NAMED, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.UPDATE, _E.RESPONDED): Rule(Move.RESTARTS, "the contract's own: news begins the next period"),
        (_M.UPDATE, _E.SUPPORT_STARTED): Rule(Move.RESTARTS, "ours: what is said by telephone is news"),
        (_M.UPDATE, _E.SOLVED): Rule(Move.MEETS, "ours"),
        (_M.UPDATE, _E.REOPENED): Rule(Move.RESTARTS, "ours"),
        (_M.UPDATE, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.DIAGNOSIS, _E.DIAGNOSED): Rule(Move.MEETS, "S1 §7.1, §10.5"),
        (_M.DIAGNOSIS, _E.SOLVED): Rule(Move.MEETS, "S1 §7.1"),
        (_M.DIAGNOSIS, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.ARRIVAL, _E.ARRIVED): Rule(Move.MEETS, "S1 §4.1.2"),
        (_M.ARRIVAL, _E.SOLVED): Rule(Move.DROPS, "ours: nobody needs to come any more"),
        (_M.ARRIVAL, _E.REOPENED): Rule(Move.RENEWS, "ours: a visit counts from the reopening"),
        (_M.ARRIVAL, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.REPLACEMENT, _E.REPLACEMENT_OFFERED): Rule(Move.MEETS, "S3 §4.5.2"),
        (_M.REPLACEMENT, _E.STANDBY): Rule(Move.MEETS, "ours: what runs was offered"),
        (_M.REPLACEMENT, _E.SOLVED): Rule(Move.MEETS, "S3 §4.5.2: owed only for what is not fixed"),
        (_M.REPLACEMENT, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.FIX, _E.SOLVED): Rule(Move.MEETS, "S0 §4.4.1, S1 §10.5"),
        (_M.FIX, _E.CUSTOMER_WAIT): Rule(Move.PAUSES, "the contract's own setting"),
        (_M.FIX, _E.VENDOR_ASKED): Rule(Move.PAUSES, "the contract's own setting"),
        (_M.FIX, _E.PARTS_AWAITED): Rule(Move.PAUSES, "the contract's own setting"),
        (_M.FIX, _E.RESUMED): Rule(Move.RESUMES, "the contract's own setting"),
        (_M.FIX, _E.REOPENED): Rule(Move.REOPENS, "S4 part 4"),
        (_M.FIX, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.VENDOR_ANSWER, _E.VENDOR_ANSWERED): Rule(Move.MEETS, "S1 §8.2"),
        (_M.VENDOR_ANSWER, _E.SOLVED): Rule(Move.DROPS, "ours: nobody waits for it any more"),
        (_M.VENDOR_ANSWER, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.UNIT_RETURN, _E.UNIT_RETURNED): Rule(Move.MEETS, "S0 §3.2.2 d, §3.2.3 d"),
        (_M.UNIT_RETURN, _E.SOLVED): Rule(Move.DROPS, "ours: a case is solved when its unit is back"),
        (_M.UNIT_RETURN, _E.CANCELLED): Rule(Move.DROPS, "ours"),
        (_M.OBJECTION_REPLY, _E.RESPONDED): Rule(Move.MEETS, "S1 §9.2: in writing, so no call"),
        (_M.OBJECTION_REPLY, _E.SOLVED): Rule(Move.MEETS, "S1 §9.2"),
        (_M.OBJECTION_REPLY, _E.CANCELLED): Rule(Move.DROPS, "ours"),
    }
)
