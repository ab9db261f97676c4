"""What people are answered, by what they ask for."""

from bot.notify.answers.cases import (
    DigestGroup,
    case_choice,
    changed_meanwhile,
    closed_words,
    confirm_question,
    detail,
    digest,
    history,
    joined,
    listing,
    opened,
    reply_preview,
    solution_wanted,
    words_after_solution,
)
from bot.notify.answers.desk import (
    branch_contacts,
    dated,
    help_lines,
    note,
    oncall,
    recurring,
    setup_hint,
    special_duty,
)
from bot.notify.answers.knowledge import article, offer, unknown_question
from bot.notify.answers.why import explanation

__all__ = [
    "DigestGroup",
    "article",
    "branch_contacts",
    "case_choice",
    "changed_meanwhile",
    "closed_words",
    "confirm_question",
    "dated",
    "detail",
    "digest",
    "explanation",
    "help_lines",
    "history",
    "joined",
    "listing",
    "note",
    "offer",
    "oncall",
    "opened",
    "recurring",
    "reply_preview",
    "setup_hint",
    "solution_wanted",
    "special_duty",
    "unknown_question",
    "words_after_solution",
]
