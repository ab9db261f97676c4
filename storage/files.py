"""The files people send along: what is known of each in one table, the bytes in another."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, func, literal, literal_column, or_, select, update

from bot.core.errors import StoreError
from bot.core.inbound import Enclosed, Sent
from bot.core.message import FileId
from bot.core.people import CaseKey, PersonId, PlatformName
from bot.ports import Content, Drawn, FileState, WantedFile
from storage.tables import FileContentRow, FileRow, table
from storage.transaction import Transaction

FILES = table(FileRow)
CONTENTS = table(FileContentRow)
LEASE = timedelta(minutes=2)
"""How long fetching one file may take; twenty megabytes come slowly."""

OURS = PlatformName("casebell")
"""The platform of files that nobody sent."""

FORGOTTEN = "file.forgotten"
"""The sentence for a file that was kept as long as such things are, or whose sender was erased."""

BLANK: ColumnElement[str] = literal_column("''")
_is_wanted = FILES.c.state == literal_column(f"'{FileState.WANTED}'")


class SqlFiles:
    """Implements bot.ports.Files."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def want(self, platform: PlatformName, sent: Sent, *, case: CaseKey, by: PersonId) -> FileId:
        """Note a file to be fetched that somebody sent in a case; a platform's same file is noted once."""
        file = _id(platform, sent)
        row = {
            "id": file,
            "platform": platform,
            "ref": sent.ref,
            "name": sent.name,
            "mime": sent.mime,
            "size": sent.size,
            "case_key": case,
            "person": by,
            "wanted_at": self._transaction.now,
            "state": FileState.WANTED,
            "attempt": 0,
            "owner": "",
            "reason": "",
        }
        self._connection.execute(self._transaction.insert(FILES).values(row).on_conflict_do_nothing())
        return file

    def put(self, content: Drawn, *, case: CaseKey, by: PersonId) -> FileId:
        """Keep a file that we made ourselves, for whoever asked for it: what two see may differ."""
        digest = sha256(content.data).hexdigest()
        ref = f"{case} {self._transaction.now.isoformat()} {digest}"
        sent = Sent(ref=ref, name=content.name, mime=content.mime)
        file = self.want(OURS, sent, case=case, by=by)
        self.fetched(file, mime=content.mime, data=content.data)
        return file

    def known(self, platform: PlatformName, sent: Sent) -> bool:
        """Return whether this file was wanted before, for whichever case."""
        known = select(FILES.c.id).where(FILES.c.id == _id(platform, sent))
        return self._connection.execute(known).first() is not None

    def claim(self, *, owner: str, limit: int) -> tuple[WantedFile, ...]:
        """Lease files that are to be fetched now, counting the attempt."""
        now = self._transaction.real_now
        rows = self._connection.execute(
            select(FILES)
            .where(
                _is_wanted,
                or_(FILES.c.lease_until.is_(None), FILES.c.lease_until <= now),
                or_(FILES.c.retry_at.is_(None), FILES.c.retry_at <= now),
            )
            .order_by(FILES.c.wanted_at, FILES.c.id)
            .limit(limit)
            .with_for_update(of=FILES, skip_locked=True)
        ).all()
        if rows:
            self._connection.execute(
                update(FILES)
                .where(FILES.c.id.in_([row.id for row in rows]))
                .values(attempt=FILES.c.attempt + 1, owner=owner, lease_until=now + LEASE)
            )
        return tuple(
            WantedFile(
                file=FileId(row.id),
                platform=PlatformName(row.platform),
                sent=Sent(ref=row.ref, name=row.name, mime=row.mime, size=row.size),
                attempt=row.attempt + 1,
            )
            for row in rows
        )

    def fetched(self, file: FileId, *, mime: str, data: bytes) -> None:
        """Keep a file's content, unless it was settled or erased meanwhile."""
        if self._settle(file, FileState.FETCHED, mime=mime, size=len(data)):
            self._connection.execute(CONTENTS.insert().values(file=file, data=data))

    def later(self, file: FileId, *, at: datetime) -> None:
        """Try a file again at real time `at`."""
        later = update(FILES).where(FILES.c.id == file, _is_wanted)
        self._connection.execute(later.values(lease_until=None, retry_at=at))

    def over(self, file: FileId, state: FileState, *, reason: str) -> None:
        """Settle a file that will not be kept: `reason` is the key of the sentence for people."""
        self._settle(file, state, reason=reason)

    def release(self) -> None:
        """End every lease: for the only server of a database, whose leases are those of a dead process."""
        leased = update(FILES).where(_is_wanted, FILES.c.lease_until.is_not(None))
        self._connection.execute(leased.values(lease_until=None))

    def state(self, file: FileId) -> tuple[FileState, str]:
        """Return where a file stands, and the reason; one nobody knows is lost."""
        row = self._connection.execute(
            select(FILES.c.state, FILES.c.reason).where(FILES.c.id == file)
        ).first()
        return (FileState.LOST, "") if row is None else (FileState(row.state), row.reason)

    def content(self, file: FileId) -> Content:
        """Return a fetched file.

        Raises:
            StoreError: it is not there.
        """
        row = self._connection.execute(
            select(FILES.c.name, FILES.c.mime, CONTENTS.c.data).join(CONTENTS).where(FILES.c.id == file)
        ).first()
        if row is None:
            raise StoreError(f"there is no content of file {file}")
        return Content(file=file, name=row.name, mime=row.mime, data=row.data)

    def _settle(self, file: FileId, state: FileState, **values: str | int) -> bool:
        settled = update(FILES).where(FILES.c.id == file, _is_wanted)
        values_ = {"state": state, "lease_until": None, "settled_at": self._transaction.now, **values}
        return self._connection.execute(settled.values(values_)).rowcount == 1


def forget_files(transaction: Transaction, which: ColumnElement[bool], *, limit: int | None = None) -> int:
    """Delete the bytes of files, their names and where they were to be had; return of how many."""
    chosen = select(FILES.c.id).where(which, FILES.c.ref != BLANK).order_by(FILES.c.id).limit(limit)
    now = literal(transaction.now, FILES.c.settled_at.type)
    transaction.connection.execute(delete(CONTENTS).where(CONTENTS.c.file.in_(chosen)))
    forgotten = update(FILES).where(FILES.c.id.in_(chosen))
    return transaction.connection.execute(
        forgotten.values(
            ref="",
            name="",
            state=FileState.LOST,
            reason=FORGOTTEN,
            lease_until=None,
            settled_at=func.coalesce(FILES.c.settled_at, now),
        )
    ).rowcount


def _id(platform: PlatformName, sent: Sent) -> FileId:
    return Enclosed(platform, sent).file.file
