"""How a trigger changes a case: the row of the table, the effect, the clocks, the facts, the tells."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.cases.decision import Decision, Tell, To
from bot.cases.effect import unchanged
from bot.cases.effects import EFFECTS
from bot.cases.facts import Data, Fact, FactKind
from bot.cases.model import SYSTEM, WORKING, Case, Status, WaitingFor, Words
from bot.cases.rows import Told
from bot.cases.transitions import TRANSITIONS
from bot.cases.triggers import Context, Trigger, TriggerKind
from bot.core.errors import UserError
from bot.core.message import Attachment
from bot.sla.milestones import on_event
from bot.sla.promises import Met, Paused, Pending, Promise, Running
from bot.sla.rules import REPEATED, ClockEvent

FURTHER_WORDS = frozenset(
    {
        TriggerKind.CALL,
        TriggerKind.DIAGNOSE,
        TriggerKind.STAFF_ADDED,
        TriggerKind.STAFF_SPOKE,
        TriggerKind.WAIT,
        TriggerKind.SOLVE,
        TriggerKind.CANCEL,
    }
)
"""What is told to the customer and must not overtake a reply that may still be taken back."""


def decide(case: Case, trigger: Trigger, *, context: Context) -> Decision:
    """Return what a trigger does to a case: its next state, the facts to record, who is to be told.

    When something was said is taken to lie between the opening and now. Replies that still wait leave before
    further words. What fell due before is broken first, whether its clock has struck by now or not.

    Raises:
        UserError: nothing of that kind may happen to a case in this status, or its words make no sense now.
    """
    before = case.outgoing if trigger.kind in FURTHER_WORDS else ()
    so_far = Decision(case=case)
    for each in (*map(leaving, before), trigger):
        so_far = _after(so_far, _overdue(so_far.case, min(each.said_at, context.now)), context)
        known = so_far.case.promises
        so_far = _after(so_far, (each,), context)
        so_far = broken_already(so_far, known=known, context=context)
    return so_far


def broken_already(decision: Decision, *, known: Iterable[Promise], context: Context) -> Decision:
    """Return a decision with the breach of every promise it brings in that was kept, but late: no clock will.

    `known` are the promises as they were before it.
    """
    case = decision.case
    if case.status not in WORKING:
        return decision
    before = {(each.target.key, each.start_at) for each in known if not isinstance(each, Pending)}
    late = tuple(
        _breaking(case, each)
        for each in case.promises
        if isinstance(each, Met) and not each.in_time and (each.target.key, each.start_at) not in before
    )
    return _after(decision, (each for each in late if each.wake not in case.fired), context)


def _overdue(case: Case, at: datetime) -> tuple[Trigger, ...]:
    """Return the breaches whose clock has not struck although their time came before `at`, in order."""
    if case.status not in WORKING:
        return ()
    late = (each for each in case.promises if isinstance(each, Running) and each.due_at < at)
    breaks = (_breaking(case, each) for each in sorted(late, key=lambda each: each.due_at))
    return tuple(each for each in breaks if each.wake not in case.fired)


def _breaking(case: Case, promise: Running | Met) -> Trigger:
    return Trigger(
        kind=TriggerKind.BREACH,
        by=SYSTEM,
        said_at=promise.due_at,
        choice=promise.target.key,
        wake=breach_key(case, promise),
    )


def _after(so_far: Decision, triggers: Iterable[Trigger], context: Context) -> Decision:
    """Let things happen to what a case became so far."""
    for each in triggers:
        step = _decided(so_far.case, each, context)
        so_far = Decision(case=step.case, facts=so_far.facts + step.facts, tells=so_far.tells + step.tells)
    return so_far


def leaving(words: Words) -> Trigger:
    """Return the trigger by which a held reply leaves."""
    return Trigger(
        kind=TriggerKind.SEND_REPLY,
        by=words.by,
        said_at=words.said_at,
        text=words.text,
        number=words.number,
        wake=reply_key(words),
        noted=words.files,
    )


def reply_key(words: Words) -> str:
    """Return the key under which a held reply leaves."""
    return f"reply:{words.number}"


def _decided(case: Case, trigger: Trigger, context: Context) -> Decision:
    trigger = replace(trigger, said_at=min(max(trigger.said_at, case.opened_at), context.now))
    row = TRANSITIONS.get((case.status, trigger.kind))
    if row is None:
        raise UserError(f"refused.{case.status}", case=case.key, verb=trigger.kind)
    effect = EFFECTS.get(trigger.kind, unchanged)(case, trigger, context)
    after, corrections = _clocks(effect.case, row.clocks + effect.clocks, trigger, context)
    fired = after.fired | {trigger.wake} if trigger.wake else after.fired
    seen = trigger.by in context.called
    fact = Fact(
        kind=row.fact,
        at=context.now,
        said_at=trigger.said_at,
        actor=trigger.by,
        data={**effect.data, **files_datum(trigger.files), **moved(case.promises, after.promises)},
        text=with_names(effect.text or trigger.text, trigger.files),
    )
    return Decision(
        case=replace(after, status=row.to, fired=fired, unseen=None if seen else after.unseen),
        facts=(fact, *corrections),
        tells=(*(_tell(told, (case, after), trigger, effect.data) for told in row.tells), *effect.tells),
    )


def with_names(text: str, files: tuple[Attachment, ...]) -> str:
    """Return words with the names of what came with them: names can be erased, what `data` holds cannot."""
    return "\n".join((*([text] if text else []), *(f"📎 {each.name}" for each in files)))


def files_datum(files: tuple[Attachment, ...]) -> Data:
    """Return what a fact records of the files that came with it: their ids."""
    return {"files": " ".join(each.file for each in files)} if files else {}


def words_of_customer(case: Case) -> TriggerKind:
    """Return what a customer's answer is to a case: it ends a wait for the customer, and no other."""
    waits = case.status is Status.WAITING and case.waiting is WaitingFor.CUSTOMER
    return TriggerKind.CUSTOMER_ANSWERED if waits else TriggerKind.CUSTOMER_WROTE


def _tell(told: Told, states: tuple[Case, Case], trigger: Trigger, data: Data) -> Tell:
    """Name the owner now: more may happen, and the case change hands, before anybody is told."""
    before, after = states
    owners = {To.FORMER_OWNER: before.owner, To.OWNER: after.owner}
    return Tell(
        template=told.template,
        to=told.to,
        person=owners.get(told.to),
        data={**data, "by": trigger.by},
        text=trigger.text,
        second_channel=told.second_channel,
        wake=trigger.wake,
        files=trigger.files,
    )


def _clocks(
    case: Case, events: tuple[ClockEvent, ...], trigger: Trigger, context: Context
) -> tuple[Case, tuple[Fact, ...]]:
    """Move the promises; one kept by words said in time corrects a breach that fired already."""
    promises, past = case.promises, case.events
    for event in events:
        promises = on_event(
            promises, event, trigger.said_at, book=context.book, terms=case.terms, history=past
        )
        past = (*past, (event, trigger.said_at))
    corrections = tuple(
        Fact(
            kind=FactKind.BREACH_CORRECTED,
            at=context.now,
            said_at=trigger.said_at,
            actor=trigger.by,
            data={"scheme": new.target.scheme, "milestone": new.target.milestone},
        )
        for old, new in zip(case.promises, promises, strict=False)
        if _overtaken(case, old, new, trigger.said_at)
    )
    return replace(case, promises=promises, events=past), corrections


def _overtaken(case: Case, old: Promise, new: Promise, said_at: datetime) -> bool:
    """Tell whether the breach of a promise is on record although it was kept by what was due then.

    A level set since may have moved the due time; that takes no breach back.
    """
    if isinstance(old, Pending | Paused) or (key := breach_key(case, old)) not in case.fired:
        return False
    broken_at = dict(case.breaches).get(key, old.due_at)
    if isinstance(new, Met):
        known = isinstance(old, Met) and old.met_at <= broken_at
        return new.met_at <= broken_at and not known
    return isinstance(new, Running) and new.start_at != old.start_at and said_at <= broken_at


def breach_key(case: Case, promise: Running | Met) -> str:
    """Return the key under which the breach of a promise fires: once a round; once a period if it repeats."""
    return f"breach:{promise_key(case, promise)}"


def promise_key(case: Case, promise: Running | Met) -> str:
    """Return what the keys of a promise's clocks end with."""
    key = f"{promise.target.scheme}:{promise.target.milestone}:{case.round}"
    return f"{key}:{promise.start_at.isoformat()}" if promise.target.milestone in REPEATED else key


def moved(before: Iterable[Promise], after: Iterable[Promise]) -> Data:
    """Return which due times changed, old and new, so that both are kept (C15); None: nothing is due."""
    now = {promise.target.key: _due_at(promise) for promise in after if not isinstance(promise, Met)}
    return {
        f"{which}:{key}": at.isoformat() if at else None
        for promise in before
        if isinstance(promise, Running | Paused) and (key := promise.target.key) in now
        for was in (_due_at(promise),)
        if was != now[key]
        for which, at in (("before", was), ("after", now[key]))
    }


def _due_at(promise: Promise) -> datetime | None:
    return promise.due_at if isinstance(promise, Running) else None
