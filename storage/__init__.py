"""Where Casebell keeps what was said and decided."""

from storage.database import server_lock
from storage.schema import migrate
from storage.store import SqlStore
from storage.verify import Problem, verify

__all__ = ["Problem", "SqlStore", "migrate", "server_lock", "verify"]
