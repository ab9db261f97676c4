"""Everything Casebell remembers, and the triggers that keep facts from being changed.

Revision ID: 1
"""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# REPLACE deletes without asking the delete trigger: SQLite needs the third one.
SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER fact_is_never_changed BEFORE UPDATE ON fact
    BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END
    """,
    """
    CREATE TRIGGER fact_is_never_deleted BEFORE DELETE ON fact
    BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END
    """,
    """
    CREATE TRIGGER fact_is_never_replaced BEFORE INSERT ON fact
    WHEN EXISTS (SELECT 1 FROM fact WHERE case_id = NEW.case_id AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END
    """,
)
POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION refuse_change_of_facts() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'facts are append-only'; END $$
    """,
    """
    CREATE TRIGGER fact_is_never_changed BEFORE UPDATE OR DELETE ON fact
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_facts()
    """,
    """
    CREATE TRIGGER fact_is_never_emptied BEFORE TRUNCATE ON fact
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_facts()
    """,
)
TRIGGERS = {"sqlite": SQLITE_TRIGGERS, "postgresql": POSTGRESQL_TRIGGERS}


def upgrade() -> None:
    _cases()
    _history()
    _boxes()
    _registry()
    _chat()
    for trigger in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(trigger)


def _partial_index(name: str, table: str, columns: list[str], *, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _cases() -> None:
    op.create_table(
        "case_",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("tail", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("customer", sa.String, nullable=True),
        sa.Column("reporter", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=True),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("thread", sa.String, nullable=True),
        sa.Column("vendor", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger, nullable=True),
        sa.Column("next_due_at", sa.BigInteger, nullable=True),
        sa.Column("wake_at", sa.BigInteger, nullable=True),
        sa.Column("body", sa.String, nullable=False),
    )
    op.create_index("ix_case__customer", "case_", ["customer"])
    op.create_index("ix_case__lane_thread", "case_", ["lane", "thread"])
    op.create_index("ix_case__next_due_at", "case_", ["next_due_at"])
    op.create_index("ix_case__opened_at", "case_", ["opened_at"])
    op.create_index("ix_case__owner", "case_", ["owner"])
    op.create_index("ix_case__reporter", "case_", ["reporter"])
    op.create_index("ix_case__status", "case_", ["status"])
    op.create_index("ix_case__tail", "case_", ["tail"])
    _partial_index("ix_case__wake_at", "case_", ["wake_at"], where="wake_at IS NOT NULL")
    op.create_table(
        "milestone",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("case_.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("scheme", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=True),
        sa.Column("awaits_visit", sa.Boolean, nullable=True),
        sa.Column("start_at", sa.BigInteger, nullable=True),
        sa.Column("held", sa.BigInteger, nullable=True),
        sa.Column("paused_at", sa.BigInteger, nullable=True),
        sa.Column("due_at", sa.BigInteger, nullable=True),
        sa.Column("met_at", sa.BigInteger, nullable=True),
        sa.Column("target", sa.String, nullable=False),
    )
    op.create_index("ix_milestone_state_due_at", "milestone", ["state", "due_at"])


def _history() -> None:
    op.create_table(
        "fact",
        sa.Column("case_id", sa.BigInteger, sa.ForeignKey("case_.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("v", sa.Integer, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("data", sa.String, nullable=False),
        sa.Column("text_hash", sa.String, nullable=False),
    )
    op.create_table(
        "fact_text",
        sa.Column("case_id", sa.BigInteger, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("salt", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
    )
    op.create_index("ix_fact_text_actor", "fact_text", ["actor"])
    op.create_table(
        "pseudonym",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("salt", sa.String, nullable=False),
    )
    op.create_table("unlisted", sa.Column("case_id", sa.BigInteger, primary_key=True, autoincrement=False))
    op.create_table(
        "head",
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("signature", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _boxes() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("payload", sa.String, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.BigInteger, nullable=True),
        sa.Column("settled_at", sa.BigInteger, nullable=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.UniqueConstraint("platform", "event_id"),
    )
    _partial_index("ix_inbox_id", "inbox", ["id"], where="state = 'open'")
    _partial_index("ix_inbox_parked", "inbox", ["id"], where="state = 'parked'")
    expires = "settled_at IS NOT NULL AND payload <> ''"
    _partial_index("ix_inbox_settled_at", "inbox", ["settled_at"], where=expires)
    _partial_index("ix_inbox_lane_id", "inbox", ["lane", "id"], where="state = 'open'")
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("v", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("case_key", sa.String, nullable=True),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=True),
        sa.Column("retry_at", sa.BigInteger, nullable=True),
        sa.Column("settled_at", sa.BigInteger, nullable=True),
        sa.Column("ref", sa.String, nullable=True),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_index("ix_outbox_case_key", "outbox", ["case_key"])
    _partial_index("ix_outbox_due_at", "outbox", ["due_at"], where="state = 'open'")
    _partial_index("ix_outbox_dead", "outbox", ["id"], where="state = 'dead'")
    expires = "settled_at IS NOT NULL AND body <> ''"
    _partial_index("ix_outbox_settled_at", "outbox", ["settled_at"], where=expires)
    _partial_index("ix_outbox_id", "outbox", ["id"], where="state = 'open'")
    _partial_index("ix_outbox_lane_id", "outbox", ["lane", "id"], where="state = 'open'")
    op.create_table(
        "showing",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("case_key", sa.String, nullable=False),
        sa.Column("slot", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=True),
        sa.Column("retry_at", sa.BigInteger, nullable=True),
        sa.Column("settled_at", sa.BigInteger, nullable=True),
        sa.Column("ref", sa.String, nullable=True),
        sa.Column("message", sa.String, nullable=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.UniqueConstraint("case_key", "slot", "place"),
    )
    op.create_index("ix_showing_message", "showing", ["message"])
    _partial_index("ix_showing_dead", "showing", ["id"], where="state = 'dead'")
    _partial_index("ix_showing_id", "showing", ["id"], where="state = 'open' AND wanted > shown")
    op.create_table(
        "exchange",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.String, nullable=False),
    )
    op.create_index("ix_exchange_lane_person_said_at", "exchange", ["lane", "person", "said_at"])
    op.create_index("ix_exchange_said_at", "exchange", ["said_at"])


def _registry() -> None:
    op.create_table(
        "binding",
        sa.Column("lane", sa.String, primary_key=True),
        sa.Column("customer", sa.String, nullable=True),
        sa.Column("contract", sa.String, nullable=True),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "edition",
        sa.Column("edition", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "duty",
        sa.Column("duty", sa.String, primary_key=True),
        sa.Column("period", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "alarm",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_alarm_at", "alarm", ["at"])
    op.create_table(
        "counter",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "clock_offset",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("offset", sa.BigInteger, nullable=False),
    )


def _chat() -> None:
    op.create_table(
        "chat_line",
        sa.Column("seq", SERIAL, primary_key=True),
        sa.Column("change", sa.Integer, nullable=False, unique=True),
        sa.Column("conversation", sa.String, nullable=False),
        sa.Column("thread", sa.String, nullable=True),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("message", sa.String, nullable=True),
    )
    op.create_index("ix_chat_line_conversation_thread_seq", "chat_line", ["conversation", "thread", "seq"])
    op.create_table(
        "chat_key",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("chat_line.seq"), nullable=False),
    )
    op.create_table(
        "chat_read",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("conversation", sa.String, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
