"""Where Casebell keeps what was said and decided."""

from storage.backup import backup, backup_command
from storage.database import heads_beside, server_lock
from storage.schema import migrate
from storage.store import SqlStore
from storage.verify import Problem, Verdict, verify

__all__ = [
    "Problem",
    "SqlStore",
    "Verdict",
    "backup",
    "backup_command",
    "heads_beside",
    "migrate",
    "server_lock",
    "verify",
]
