"""What people are answered, by what they ask for."""

from bot.notify.answers.cases import (
    CLARIFY,
    ask_confirm,
    case_choice,
    changed_meanwhile,
    detail,
    digest,
    history,
    impact_question,
    joined_case,
    listing,
    opened,
    reply_preview,
)
from bot.notify.answers.desk import help_lines, note, oncall, receipt, setup_hint
from bot.notify.answers.knowledge import HELPED, article, offer
from bot.notify.answers.why import explanation

__all__ = [
    "CLARIFY",
    "HELPED",
    "article",
    "ask_confirm",
    "case_choice",
    "changed_meanwhile",
    "detail",
    "digest",
    "explanation",
    "help_lines",
    "history",
    "impact_question",
    "joined_case",
    "listing",
    "note",
    "offer",
    "oncall",
    "opened",
    "receipt",
    "reply_preview",
    "setup_hint",
]
