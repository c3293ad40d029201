"""Run by Alembic, for `pullcord.line.database`: over the connection and in the transaction that it is given."""

from alembic import context

from pullcord.line.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
