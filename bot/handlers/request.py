"""What somebody asks, read: a verb, the case's number if one was typed, and what was given to it."""

from dataclasses import dataclass, field

from bot.core.verbs import Verb
from bot.handlers.arguments import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing asked; without a number the case goes without saying. `words` are as typed, after it."""

    verb: Verb
    number: str = ""
    given: Given = field(default_factory=Given)
    words: str = ""
