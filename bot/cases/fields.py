"""The fields of a case that `set` fills in, and what that does to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bot.cases.effect import Effect, one_of
from bot.cases.model import Case, CaseType, Cover, Part, Treatment
from bot.cases.triggers import Context, Trigger
from bot.core.errors import UserError
from bot.sla.milestones import relevelled
from bot.sla.terms import Terms


def fill_in(case: Case, trigger: Trigger, context: Context) -> Effect:
    """Fill in the field that the trigger chooses."""
    name = trigger.choice
    if name not in FILL_IN:
        raise UserError("unknown_field", field=name, fields=", ".join(FILL_IN))
    return Effect(case=FILL_IN[name](case, trigger, context), data={"field": name})


def as_said(terms: Terms, cover: Cover | None) -> Terms:
    """Return the terms as somebody's word about the warranty makes them; without one, as they are."""
    return terms if cover is None else replace(terms, in_warranty=cover is Cover.IN)


def _type(case: Case, trigger: Trigger, _context: Context) -> Case:
    return replace(case, type=CaseType(one_of(CaseType, trigger.text, case)))


def _vendor(case: Case, trigger: Trigger, _context: Context) -> Case:
    return replace(case, vendor=trigger.text)


def _product(case: Case, trigger: Trigger, _context: Context) -> Case:
    return replace(case, product=trigger.text)


def _phone(case: Case, trigger: Trigger, _context: Context) -> Case:
    return replace(case, reporter=replace(case.reporter, phone=trigger.text))


def _email(case: Case, trigger: Trigger, _context: Context) -> Case:
    return replace(case, reporter=replace(case.reporter, email=trigger.text))


def _address(case: Case, trigger: Trigger, _context: Context) -> Case:
    return replace(case, reporter=replace(case.reporter, address=trigger.text))


def _cover(case: Case, trigger: Trigger, context: Context) -> Case:
    """Say whether it is under warranty; the promises that then hold count as if it had always been so."""
    cover = Cover(one_of(Cover, trigger.text, case))
    terms = as_said(case.terms, cover)
    promises = relevelled(
        case.promises,
        case.level,
        received_at=case.opened_at,
        book=context.book,
        terms=terms,
        history=case.events,
    )
    return replace(case, cover=cover, terms=terms, promises=promises)


def _part(case: Case, trigger: Trigger, _context: Context, *, treatment: Treatment) -> Case:
    return replace(
        case, parts=(*case.parts, Part(name=trigger.text, treatment=treatment, at=trigger.said_at))
    )


FILL_IN: Mapping[str, Callable[[Case, Trigger, Context], Case]] = {
    "type": _type,
    "vendor": _vendor,
    "product": _product,
    "phone": _phone,
    "email": _email,
    "address": _address,
    "warranty": _cover,
    **{treatment: partial(_part, treatment=treatment) for treatment in Treatment},
}
"""The fields of a case that `set` fills in."""
