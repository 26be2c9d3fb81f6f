"""Rebuild the catalogue from the WARC files; resume a rebuild that was interrupted."""

import json
import logging
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from archive.catalogue import capture_queries, catalogue_info, quarantine_table, write_rows
from archive.catalogue.copy_on_rebuild import carry_over
from archive.catalogue.database import remove, replace, transaction
from archive.catalogue.migrate import migrations
from archive.catalogue.monitoring import capture_arrivals
from archive.errors import ArchiveFolderError, FormatError
from archive.text.fingerprint import RULES_VERSION
from onrecord import AGENT
from onrecord.changes.detect_changes import detect_changes
from onrecord.collect.ingest import RunStats
from onrecord.collect.ingest_missing import catch_up
from onrecord.collect.open_archive import open_evidence
from onrecord.command_context import Context
from onrecord.quarantine.decisions import decisions

logger = logging.getLogger(__name__)

_READER_LIBRARIES = ("beautifulsoup4", "charset-normalizer", "jmespath", "lxml", "trafilatura")
_RULES_DIGEST_FACT = "made by"  # the catalogue fact that holds the digest


def rebuild(
    context: Context, progress: Callable[[Path], None], jobs: int | None = None
) -> RunStats:
    """Rebuild the catalogue from the WARC files, reading in `jobs` processes; remove the index.

    Schedule, watches and news, which no WARC file holds, are carried over. The old catalogue stays
    in place until the new one is complete. A rebuild that was killed is resumed if everything it
    depends on is unchanged.
    """
    home = context.home
    with open_evidence(context):
        _detect_remaining_changes(context)
        new_catalogue, digest = home.unfinished_catalogue, _rules_digest(context)
        if not _can_resume(context, new_catalogue, digest):
            remove(new_catalogue)
        is_new = not new_catalogue.exists()
        logger.info("%s a rebuild of the catalogue", "starting" if is_new else "resuming")
        with transaction(new_catalogue) as connection:
            if is_new:
                quarantine_table.record_decisions(connection, decisions(home), AGENT)
                write_rows.set_fact(connection, _RULES_DIGEST_FACT, digest)
            try:
                carry_over(connection, home.catalogue)
            except FormatError as error:
                context.warn(str(error))
            stats = catch_up(
                connection, home, context.sources, progress, jobs=jobs or _available_cpus()
            )
            capture_arrivals.move_cursor(
                connection, "noticed", capture_arrivals.last_arrival(connection)
            )
        replace(home.catalogue, new_catalogue)
        if home.index.exists():
            shutil.rmtree(home.index)
            logger.info("deleted the index")
    return stats


def _can_resume(context: Context, new_catalogue: Path, digest: str) -> bool:
    """Say whether an unfinished catalogue exists and was made by the same rules."""
    if not new_catalogue.exists():
        return False
    try:
        with transaction(new_catalogue) as connection:
            if catalogue_info.fact(connection, _RULES_DIGEST_FACT) == digest:
                count = capture_queries.count_captures(connection)
                context.say(f"resuming an interrupted rebuild: {count} captures are read")
                return True
        reason = "a reader, a source or a decision has changed since"
    except (FormatError, ArchiveFolderError) as error:
        reason = str(error)
    context.say(f"restarting an interrupted rebuild: {reason}")
    return False


def _rules_digest(context: Context) -> str:
    """Return a digest of everything besides the WARC files that a catalogue depends on."""
    inputs = {
        "format": len(migrations()),
        "rules": RULES_VERSION,
        "software": AGENT,
        "libraries": {name: version(name) for name in _READER_LIBRARIES},
        "sources": {name: source.fingerprint for name, source in context.sources.items()},
        "decisions": [repr(decision) for decision in decisions(context.home)],
    }
    return sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _available_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _detect_remaining_changes(context: Context) -> None:
    """Detect the old catalogue's pending changes, so that the news carried over is complete."""
    if not context.home.catalogue.exists():
        return
    try:
        with context.catalogue() as connection:
            catch_up(connection, context.home, context.sources)
            detect_changes(connection, context.sources)
    except (FormatError, ArchiveFolderError) as error:
        context.warn(str(error))
