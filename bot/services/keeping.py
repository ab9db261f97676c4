"""What the desk keeps, forgets and warns of by itself."""

from datetime import timedelta

from bot.directory.overlay import Conflict, ConflictKind
from bot.kb.editing import Conflict as ArticleConflict
from bot.kb.editing import Contradiction
from bot.ports import Unit
from bot.services.desk import Desk

RETENTION = timedelta(days=30)
"""How long the content of handled events and sent messages is kept, unless the operator says otherwise."""

MOST_FORGOTTEN = 1000
"""Rows of a kind that one transaction blanks: others want to write too."""

CONFLICTS = {
    ConflictKind.FILE_DIFFERS: "tied or untied from chat, and the directory says otherwise; chat wins",
    ConflictKind.ENGINEERS_GROUP: "tied from chat, and an engineers' group in the directory; left out",
    ConflictKind.UNKNOWN_CUSTOMER: "tied from chat to a customer the directory does not have; left out",
    ConflictKind.UNKNOWN_CONTRACT: "tied from chat to a contract the directory does not have; left out",
    ConflictKind.OTHER_CUSTOMERS_CONTRACT: "tied from chat to another customer's contract; left out",
}
"""What an operator reads, after the name of the conversation."""


def take_head(unit: Unit, desk: Desk) -> bool:
    """List and sign what every history that has grown ends in, for the day of the desk's zone."""
    unit.heads.take(unit.now.astimezone(desk.directory_of(unit).desk.zone).date())
    return True


def forget_settled(unit: Unit, _desk: Desk, *, retention: timedelta) -> bool:
    """Blank a batch of what was settled longer ago than `retention`; False if there is more."""
    return not unit.keeping.forget(before=unit.now - retention, limit=MOST_FORGOTTEN)


def warn_of_conflicts(unit: Unit, desk: Desk) -> None:
    """Tell the operator where what was done in chat and the files disagree: bindings, articles."""
    for conflict in desk.directory_of(unit).conflicts:
        unit.registry.alarm(
            f"conflict:{conflict.lane}:{conflict.kind}:{conflict.binding}", text=conflict_line(conflict)
        )
    for article in desk.shelf.conflicts(unit):
        unit.registry.alarm(
            f"article:{article.article}:{article.edit}:{article.kind}", text=article_line(article)
        )


def conflict_line(conflict: Conflict) -> str:
    """Return a disagreement between the directory and chat as a line for the operator."""
    tied = "" if conflict.binding is None else f" ({' '.join(filter(None, conflict.binding))})"
    return f"{conflict.lane}{tied}: {CONFLICTS[conflict.kind]}"


ARTICLES = {
    Contradiction.FILE_CHANGED: "the file has changed since the edit; the edit is in force",
    Contradiction.FILE_ADDED: "written in chat, and in a file since then; the edit is in force",
    Contradiction.FILE_GONE: "edited in chat, and its file is gone; the edit is in force",
    Contradiction.UNREADABLE: "this program cannot read the edit; the file is in force",
}
"""What an operator reads, after the id of the article."""


def article_line(conflict: ArticleConflict) -> str:
    """Return a disagreement between a file and an edit of its article as a line for the operator."""
    return f"article {conflict.article}, edit {conflict.edit}: {ARTICLES[conflict.kind]}"
