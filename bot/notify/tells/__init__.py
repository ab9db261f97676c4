"""The catalogue of everything a decision may want told: a builder for every template the lifecycle names."""

from collections.abc import Callable, Mapping

from bot.cases.decision import Tell
from bot.cases.model import Case
from bot.core.message import Message
from bot.notify.scene import Scene
from bot.notify.tells import clocks, customer, matters, staff

Builder = Callable[[Scene, Case, Tell], Message]

TEMPLATES: Mapping[str, Builder] = {
    "new_owner": customer.new_owner,
    "level_changed": customer.level_changed,
    "recounted": customer.recounted,
    "recounted_owner": staff.recounted_owner,
    "terms_moved": customer.terms_moved,
    "terms_moved_owner": staff.terms_moved_owner,
    "reply": customer.reply,
    "call_recorded": customer.call_recorded,
    "diagnosis": customer.diagnosis,
    "staff_note": customer.staff_note,
    "visit_decided": customer.visit_decided,
    "visit_started": customer.visit_started,
    "arrived": customer.arrived,
    "marked": customer.marked,
    "waiting": customer.waiting,
    "solution": customer.solution,
    "closed": customer.closed,
    "survey": customer.survey,
    "closed_mail": customer.closed_mail,
    "closed_by_silence": customer.closed_by_silence,
    "closed_by_silence_mail": customer.closed_by_silence_mail,
    "closing_notice": customer.closing_notice,
    "back_to_work": customer.back_to_work,
    "merged": customer.merged,
    "cancelled": customer.cancelled,
    "assigned": staff.assigned,
    "taken_from_you": staff.taken_from_you,
    "passed_on": staff.passed_on,
    "level_clarified": staff.level_clarified,
    "customer_wrote": staff.customer_wrote,
    "customer_said": staff.customer_said,
    "customer_edited": staff.customer_edited,
    "customer_deleted": staff.customer_deleted,
    "chased": staff.chased,
    "visit_requested": staff.visit_requested,
    "wait_over": staff.wait_over,
    "escalated": staff.escalated,
    "vendor_leave": staff.vendor_leave,
    "vendor_approved": staff.vendor_approved,
    "vendor_declined": staff.vendor_declined,
    "diagnosis_binds": staff.diagnosis_binds,
    "closed_owner": staff.closed_owner,
    "reopened": staff.reopened,
    "call_back": staff.call_back,
    "rated": staff.rated,
    "cancelled_owner": staff.cancelled_owner,
    "reminder": clocks.reminder,
    "engineer_late": clocks.engineer_late,
    "due_soon": clocks.due_soon,
    "alarm": clocks.alarm,
    "breach": clocks.breach,
    "rung": clocks.rung,
    "rung_again": clocks.rung_again,
    "opened_without_promise": staff.opened_without_promise,
    "urgent_opened": staff.urgent_opened,
    "involved": staff.involved,
    "branch_called": staff.branch_called,
    "opened_for_manager": staff.opened_for_manager,
    "role_missing": staff.role_missing,
    "emergency": matters.emergency,
    "complaint_opened": matters.complaint_opened,
    "level_worse": matters.level_worse,
    "level_disputed": matters.level_disputed,
}


def draw(scene: Scene, case: Case, tell: Tell) -> Message:
    """Return what `tell` says about `case` as it stands after the decision."""
    return TEMPLATES[tell.template](scene, case, tell)
