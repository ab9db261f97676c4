"""What Alembic runs: the steps, on the connection and in the transaction storage.schema hands over."""

from alembic import context

from storage.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
