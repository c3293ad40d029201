"""Decisions in the log beside what stations send, and how far each projection has come.

Going back forgets the decisions: the first version has no place for them. Positions then have holes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plant_events",
        sa.Column("position", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("key", sa.String(200), unique=True),
    )
    op.create_table(
        "projections",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    _say_schema(2)


def downgrade() -> None:
    _say_schema(1)
    op.drop_table("projections")
    op.drop_table("plant_events")


def _say_schema(version: int) -> None:
    """What a program looks at before it touches the database; a new one says it when it is made."""
    op.execute(f"update meta set value = '{version}' where key = 'schema'")
