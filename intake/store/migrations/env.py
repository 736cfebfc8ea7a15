"""Runs the migrations on the connection that ``intake.store.migrate`` hands over, inside its
transaction.
"""

from alembic import context
from sqlmodel import SQLModel

context.configure(
    connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata
)
context.run_migrations()
