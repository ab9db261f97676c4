"""The PostgreSQL server of the contract tests serves here too."""

from tests.contract.conftest import postgres_database

__all__ = ["postgres_database"]
