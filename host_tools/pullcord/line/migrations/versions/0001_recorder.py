"""What the first version recorded: events, journals, quarantine, holes.

A database of that version has these tables and no mark of Alembic's; it is stamped, not made again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("position", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("journal", sa.String(16), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("time", sa.String(40)),
        sa.Column("clock", sa.String(8), nullable=False),
        sa.Column("boot", sa.BigInteger, nullable=False),
        sa.Column("uptime", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("true_time", sa.BigInteger),
        sa.Column("error_ms", sa.BigInteger),
        sa.Column("placed", sa.String(8), nullable=False),
        sa.Column("test", sa.Boolean, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("events_journal_sequence", "events", ["journal", "sequence"])
    op.create_index("events_journal_boot", "events", ["journal", "boot", "sequence"])
    op.create_index("events_journal_placed", "events", ["journal", "placed"])
    op.create_table(
        "journals",
        sa.Column("journal", sa.String(16), primary_key=True),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("through", sa.BigInteger, nullable=False),
        sa.Column("claimed", sa.BigInteger, nullable=False),
    )
    _create_what_went_wrong()
    op.create_table(
        "meta",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _create_what_went_wrong() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("journal", sa.String(16)),
        sa.Column("sequence", sa.BigInteger),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
    )
    op.create_index("quarantine_journal_sequence", "quarantine", ["journal", "sequence"])
    op.create_table(
        "holes",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("journal", sa.String(16), nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("found_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("journal", "first", "last"),
    )


def downgrade() -> None:
    for table in ("meta", "holes", "quarantine", "journals", "events"):
        op.drop_table(table)
