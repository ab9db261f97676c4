"""Edits of articles with their authors, drafts, how questions of each day went; operators' alarms as facts.

Revision ID: 4
"""

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"

# REPLACE deletes without asking the delete trigger: SQLite needs the third one.
SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER article_edit_is_never_changed BEFORE UPDATE ON article_edit
    BEGIN SELECT RAISE(ABORT, 'edits of articles are append-only'); END
    """,
    """
    CREATE TRIGGER article_edit_is_never_deleted BEFORE DELETE ON article_edit
    BEGIN SELECT RAISE(ABORT, 'edits of articles are append-only'); END
    """,
    """
    CREATE TRIGGER article_edit_is_never_replaced BEFORE INSERT ON article_edit
    WHEN EXISTS (SELECT 1 FROM article_edit WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'edits of articles are append-only'); END
    """,
    """
    CREATE TRIGGER alarm_fact_is_never_changed BEFORE UPDATE ON alarm_fact
    BEGIN SELECT RAISE(ABORT, 'facts of alarms are append-only'); END
    """,
    """
    CREATE TRIGGER alarm_fact_is_never_deleted BEFORE DELETE ON alarm_fact
    BEGIN SELECT RAISE(ABORT, 'facts of alarms are append-only'); END
    """,
    """
    CREATE TRIGGER alarm_fact_is_never_replaced BEFORE INSERT ON alarm_fact
    WHEN EXISTS (SELECT 1 FROM alarm_fact WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'facts of alarms are append-only'); END
    """,
)
POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION refuse_change_of_article_edits() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'edits of articles are append-only'; END $$
    """,
    """
    CREATE TRIGGER article_edit_is_never_changed BEFORE UPDATE OR DELETE ON article_edit
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_article_edits()
    """,
    """
    CREATE TRIGGER article_edit_is_never_emptied BEFORE TRUNCATE ON article_edit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_article_edits()
    """,
    """
    CREATE FUNCTION refuse_change_of_alarm_facts() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'facts of alarms are append-only'; END $$
    """,
    """
    CREATE TRIGGER alarm_fact_is_never_changed BEFORE UPDATE OR DELETE ON alarm_fact
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_alarm_facts()
    """,
    """
    CREATE TRIGGER alarm_fact_is_never_emptied BEFORE TRUNCATE ON alarm_fact
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_alarm_facts()
    """,
)
TRIGGERS = {"sqlite": SQLITE_TRIGGERS, "postgresql": POSTGRESQL_TRIGGERS}


TOLD_BEFORE = "UPDATE alarm SET number = 0 WHERE at < (SELECT max(at) FROM alarm) - 86400000000"
"""Alarms a day older than the last were told before there were facts of them; a later one maybe not."""


def upgrade() -> None:
    _edits()
    _alarms()
    op.create_table(
        "article_draft",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("case_key", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.String, nullable=False),
    )
    op.create_index("ix_article_draft_case_key", "article_draft", ["case_key"])
    op.create_index("ix_article_draft_person", "article_draft", ["person"])
    op.create_table(
        "knowledge_day",
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("article", sa.String, primary_key=True),
        sa.Column("figures", sa.String, nullable=False),
    )
    for trigger in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(trigger)


def _alarms() -> None:
    op.create_table(
        "alarm_fact",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("alarm", sa.BigInteger, nullable=False),
        sa.Column("v", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("data", sa.String, nullable=False),
        sa.Column("text_hash", sa.String, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    op.create_index("ix_alarm_fact_alarm", "alarm_fact", ["alarm"])
    op.add_column("alarm", sa.Column("number", sa.BigInteger, nullable=True))
    op.add_column("alarm", sa.Column("salt", sa.String, nullable=True))
    op.execute(TOLD_BEFORE)
    op.create_index("ix_alarm_number", "alarm", ["number"])


def _edits() -> None:
    op.create_table(
        "article_edit",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("article", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("base", sa.String, nullable=False),
        sa.Column("before", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("signed", sa.String, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    op.create_index("ix_article_edit_article_number", "article_edit", ["article", "number"])
    op.create_table(
        "article_author",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("salt", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
    )
    op.create_index("ix_article_author_person", "article_author", ["person"])
