"""Second names of events, what words answer and stand below, and the files people send along.

New columns may be NULL: the version before goes on writing without them.

Revision ID: 2
"""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("twin", sa.String, nullable=True))
    op.create_index("uq_inbox_platform_twin", "inbox", ["platform", "twin"], unique=True)
    for name in ("answers", "below", "place", "file"):
        op.add_column("outbox", sa.Column(name, sa.String, nullable=True))
    op.add_column("showing", sa.Column("answers", sa.String, nullable=True))
    _files()


def _partial_index(name: str, table: str, columns: list[str], *, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _files() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("mime", sa.String, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=True),
        sa.Column("case_key", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("wanted_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=True),
        sa.Column("retry_at", sa.BigInteger, nullable=True),
        sa.Column("settled_at", sa.BigInteger, nullable=True),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_index("ix_file_case_key", "file", ["case_key"])
    op.create_index("ix_file_person", "file", ["person"])
    _partial_index("ix_file_wanted_at", "file", ["wanted_at"], where="state = 'wanted'")
    _partial_index("ix_file_settled_at", "file", ["settled_at"], where="settled_at IS NOT NULL AND ref <> ''")
    op.create_table(
        "file_content",
        sa.Column("file", sa.String, sa.ForeignKey("file.id"), primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
