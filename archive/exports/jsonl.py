"""JSON Lines: one version per line, with the keys that docs/json.md promises."""

import json
import logging
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import private_output
from archive.catalogue import version_queries
from archive.json_objects import version_json
from archive.models import Version
from archive.text.equal_texts import equal_text_digest

logger = logging.getLogger(__name__)


def export(folder: ArchiveFolder, catalogue: Connection, out: Path) -> int:
    """Write every version to `out` ("-": standard output), by first seen; return the number."""
    if str(out) != "-":
        with private_output(out) as file:
            return _write(catalogue, lambda line: file.write(line.encode()))
    return _write(catalogue, sys.stdout.write)


def _write(catalogue: Connection, write: Callable[[str], object]) -> int:
    by_text = _versions_by_text(catalogue)
    count = 0
    for version in version_queries.versions_by_age(catalogue):
        others = by_text.get(_text_digest(version), ())
        also = [name for name, statement in others if statement != version.statement]
        fields = version_json(version) | {"also": also}
        line = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        write(line + "\n")
        count += 1
    logger.info("wrote %d versions as JSON lines", count)
    return count


def _versions_by_text(catalogue: Connection) -> dict[int, list[tuple[str, str]]]:
    """Return, by the digest of a text that several versions have, their ids and statements."""
    by_text: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for version in version_queries.versions_by_age(catalogue):
        if digest := _text_digest(version):
            by_text[digest].append((version.id, version.statement))
    return {digest: names for digest, names in by_text.items() if len(names) > 1}


def _text_digest(version: Version) -> int:
    return equal_text_digest(version.reading.title, version.reading.text)
