"""Bring the schema of an older catalogue up to date by the numbered files in migrations/."""

import logging
from importlib.resources import files
from pathlib import Path
from sqlite3 import DatabaseError as SqliteError

from sqlalchemy import Engine

from archive.errors import ArchiveFolderError, FormatError
from archive.text.fingerprint import RULES_VERSION

logger = logging.getLogger(__name__)


def migrations() -> list[str]:
    """Return the SQL of every migration; the first is number 1."""
    folder = files("archive.catalogue") / "migrations"
    names = sorted(p.name for p in folder.iterdir() if p.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in names]


def migrate(engine: Engine, path: Path) -> None:
    """Run the migrations that the catalogue at `path` lacks; make it where there is none.

    A catalogue keeps the number of the rules that it was made by (`catalogue_info.rules_version`):
    one of older rules can be read, and is made anew before anything is added to it.

    Raises:
        ArchiveFolderError: it has a newer format, or was made by newer rules of what an edit is.
        FormatError: it is damaged.

    """
    is_new = not path.exists()
    scripts = migrations()
    with engine.connect() as connection:
        current = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        rules = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if current > len(scripts):
        raise ArchiveFolderError(
            f"{path}: expected catalogue format {len(scripts)} or less, found {current}"
        )
    if current and rules > RULES_VERSION:
        raise ArchiveFolderError(
            f"{path}: expected rules {RULES_VERSION} of what an edit is or older, found {rules}"
        )
    if current == len(scripts):
        return
    raw_connection = engine.raw_connection()
    try:
        for number, sql in enumerate(scripts[current:], current + 1):
            raw_connection.cursor().executescript(
                f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};"
                f"\nPRAGMA application_id = {rules if current else RULES_VERSION};\nCOMMIT;"
            )
    except SqliteError as error:
        raw_connection.rollback()
        version = raw_connection.cursor().execute("PRAGMA user_version").fetchone()
        if version == (len(scripts),):
            return  # another process did it meanwhile
        raise FormatError(f"{path}: {error} (rebuild it with: onrecord rebuild)") from error
    finally:
        raw_connection.close()
    logger.info("catalogue migrated from format %d to %d", current, len(scripts))
    if is_new:
        path.chmod(0o600)
