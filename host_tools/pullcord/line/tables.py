"""The line service's tables. Plain SQL types, so that SQLite and PostgreSQL hold the same.

Moments are UTC milliseconds since 1970. `events` and `plant_events` are the log: together their positions are
1, 2, 3 ... without a hole. The tables of projections are not here: they are made from their sheets (`projector`).
A change here needs a migration (`migrations/versions`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 2
KEY_LENGTH = 200

metadata = MetaData()

# SQLite numbers rows by itself only in a column that is called INTEGER.
Number = BigInteger().with_variant(Integer(), "sqlite")

events = Table(
    "events",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False, comment="as committed; see log.py"),
    Column("id", String(32), nullable=False, unique=True, comment="<journal>-<sequence>"),
    Column("journal", String(16), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("source", String(200), nullable=False),
    Column("type", String(100), nullable=False),
    Column("time", String(40), comment="as sent; NULL while the clock was unset"),
    Column("clock", String(8), nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("uptime", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("true_time", BigInteger),
    Column("error_ms", BigInteger, comment="bound of true_time's error; NULL when there is none"),
    Column("placed", String(8), nullable=False, comment="how true_time was found: sent, boot, between, open"),
    Column("test", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="as sent"),
    Index("events_journal_sequence", "journal", "sequence"),
    Index("events_journal_boot", "journal", "boot", "sequence"),
    Index("events_journal_placed", "journal", "placed"),
)

plant_events = Table(
    "plant_events",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False, comment="counts on from events"),
    Column("type", String(40), nullable=False, comment="such as cause.entered"),
    Column("at", BigInteger, nullable=False, comment="when it happened"),
    Column("recorded_at", BigInteger, nullable=False),
    Column("by", String(120), nullable=False, comment="the person or program that decided"),
    Column("data", Text, nullable=False, comment="JSON"),
    Column("key", String(KEY_LENGTH), unique=True, comment="what makes it the same one when it is sent again"),
)

projections = Table(
    "projections",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False, comment="the last entry of the log that is in its tables"),
)

journals = Table(
    "journals",
    metadata,
    Column("journal", String(16), primary_key=True),
    Column("path", String(200), nullable=False, comment="the station's topic path when last heard"),
    Column("through", BigInteger, nullable=False, comment="highest contiguous committed sequence"),
    Column(
        "claimed", BigInteger, nullable=False, comment="highest receipt of a lost database that was answered"
    ),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("received_at", BigInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("journal", String(16)),
    Column("sequence", BigInteger),
    Column("digest", String(64), nullable=False, unique=True, comment="SHA-256 of topic and payload"),
    Index("quarantine_journal_sequence", "journal", "sequence"),
)

holes = Table(
    "holes",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("journal", String(16), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("found_at", BigInteger, nullable=False),
    UniqueConstraint("journal", "first", "last"),
)

meta = Table(
    "meta",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
