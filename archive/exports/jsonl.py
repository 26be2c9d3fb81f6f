"""JSON Lines: one version per line, with the keys that docs/json.md promises."""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import version_queries
from archive.json_objects import version_json

logger = logging.getLogger(__name__)


def export(folder: ArchiveFolder, catalogue: Connection, out: Path) -> int:
    """Write every version to `out` ("-": standard output), by first seen; return the number."""
    if str(out) != "-":
        with out.open("w", encoding="utf-8") as file:
            return _write(catalogue, file.write)
    return _write(catalogue, sys.stdout.write)


def _write(catalogue: Connection, write: Callable[[str], object]) -> int:
    count = 0
    for version in version_queries.versions_by_age(catalogue):
        line = json.dumps(version_json(version), ensure_ascii=False, separators=(",", ":"))
        write(line + "\n")
        count += 1
    logger.info("wrote %d versions as JSON lines", count)
    return count
