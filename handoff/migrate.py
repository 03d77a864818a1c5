"""Brings the gate's database to the current schema: `python -m handoff.migrate`."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

_MIGRATIONS = Path(__file__).with_name("migrations")


def configuration(url: str) -> Config:
    """Return Alembic's configuration for a database address."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Apply every migration that is missing."""
    command.upgrade(configuration(url), "head")


def check(url: str) -> None:
    """Fail when the tables in code differ from what the migrations make."""
    command.check(configuration(url))


if __name__ == "__main__":
    from settings import Settings, SettingsError

    try:
        address = Settings.read().database_url
    except SettingsError as error:
        sys.exit(str(error))
    {"upgrade": upgrade, "check": check}[sys.argv[1] if len(sys.argv) > 1 else "upgrade"](address)
