"""What is looked for at a million open cases: how much work somebody has.

Revision ID: 3
"""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"

WORKING = "status IN ('open', 'acknowledged', 'waiting')"


def upgrade() -> None:
    condition = sa.text(WORKING)
    op.create_index(
        "ix_case__working", "case_", ["owner"], sqlite_where=condition, postgresql_where=condition
    )
