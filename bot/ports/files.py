"""The door to the pictures and files that people send along."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.inbound import Sent
from bot.core.message import FileId
from bot.core.people import CaseKey, PersonId, PlatformName


class FileState(StrEnum):
    """Whether a file is there yet, or why it never will be."""

    WANTED = "wanted"
    FETCHED = "fetched"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file with its bytes; `mime` is what they are, whatever was claimed."""

    file: FileId
    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A file that nobody sent: Casebell made it."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """A file to fetch, leased to this process; `attempt` was counted before the lease was given."""

    file: FileId
    platform: PlatformName
    sent: Sent
    attempt: int


class Files(Protocol):
    """Files in the order they came: wanted, then fetched, refused (what they are) or lost (not to be had).

    Leases and retries are real time.
    """

    def want(self, platform: PlatformName, sent: Sent, *, case: CaseKey, by: PersonId) -> FileId:
        """Note a file to be fetched that somebody sent in a case; a platform's same file is noted once."""
        ...

    def put(self, content: Drawn, *, case: CaseKey, by: PersonId) -> FileId:
        """Keep a file that we made ourselves, for whoever asked for it."""
        ...

    def known(self, platform: PlatformName, sent: Sent) -> bool:
        """Return whether this file was wanted before, for whichever case."""
        ...

    def claim(self, *, owner: str, limit: int) -> tuple[WantedFile, ...]:
        """Lease files that are to be fetched now, counting the attempt."""
        ...

    def fetched(self, file: FileId, *, mime: str, data: bytes) -> None:
        """Keep a file's content."""
        ...

    def later(self, file: FileId, *, at: datetime) -> None:
        """Try a file again at real time `at`."""
        ...

    def over(self, file: FileId, state: FileState, *, reason: str) -> None:
        """Settle a file that will not be kept: `reason` is the key of the sentence for people."""
        ...

    def release(self) -> None:
        """End every lease: for the only server of a database, whose leases are those of a dead process."""
        ...

    def state(self, file: FileId) -> tuple[FileState, str]:
        """Return where a file stands, and the reason; one nobody knows is lost."""
        ...

    def content(self, file: FileId) -> Content:
        """Return a fetched file.

        Raises:
            StoreError: it is not there.
        """
        ...
