"""Make the catalogue anew from the WARC files alone; one that was cut short is gone on with."""

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from archive.catalogue import capture_queries, catalogue_facts, quarantine, updates
from archive.catalogue.carry_over import carry_over
from archive.catalogue.database import migrations, remove, replace, transaction
from archive.catalogue.monitoring import capture_arrivals
from archive.errors import ArchiveFolderError, FormatError
from archive.text.fingerprint import RULES_VERSION
from onrecord import AGENT
from onrecord.changes.detect_changes import detect_changes
from onrecord.collect.catch_up import catch_up
from onrecord.collect.ingest import RunStats
from onrecord.collect.open_archive import open_evidence
from onrecord.context import Context
from onrecord.quarantine.decisions import decisions

_READERS = ("beautifulsoup4", "charset-normalizer", "jmespath", "lxml", "trafilatura")
_MADE_BY = "made by"  # the fact that says by which rules a catalogue is made


def rebuild(
    context: Context, progress: Callable[[Path], None], jobs: int | None = None
) -> RunStats:
    """Make the catalogue and the index anew from the WARC files alone, reading in `jobs` processes.

    Schedule, watches and news, which no WARC file holds, are carried over. The old catalogue is
    there until the new one is whole. What an earlier rebuild had done when it was killed is kept,
    if all that it depends on is as it was.
    """
    home = context.home
    with open_evidence(context):
        _notice_what_is_left(context)
        fresh, made_by = home.unfinished_catalogue, _made_by(context)
        if not _goes_on(context, fresh, made_by):
            remove(fresh)
        new = not fresh.exists()
        with transaction(fresh) as connection:
            if new:
                quarantine.record_decisions(connection, decisions(home), AGENT)
                updates.set_fact(connection, _MADE_BY, made_by)
            try:
                carry_over(connection, home.catalogue)
            except FormatError as error:
                context.warn(str(error))
            tally = catch_up(
                connection, home, context.sources, progress, jobs=jobs or _processors()
            )
            capture_arrivals.move_cursor(
                connection, "noticed", capture_arrivals.last_arrival(connection)
            )
        replace(home.catalogue, fresh)
        if home.index.exists():
            shutil.rmtree(home.index)
    return tally


def _goes_on(context: Context, fresh: Path, made_by: str) -> bool:
    """Say whether a half-made catalogue is there, and to be gone on with."""
    if not fresh.exists():
        return False
    try:
        with transaction(fresh) as connection:
            if catalogue_facts.fact(connection, _MADE_BY) == made_by:
                done = capture_queries.count_captures(connection)
                context.say(f"going on where a rebuild was cut short: {done} captures are read")
                return True
        why = "a reader, a source or a decision has changed since"
    except (FormatError, ArchiveFolderError) as error:
        why = str(error)
    context.say(f"beginning anew what an earlier rebuild left half made: {why}")
    return False


def _made_by(context: Context) -> str:
    """Return a digest of everything that a catalogue follows from, besides the evidence."""
    said = {
        "format": len(migrations()),
        "rules": RULES_VERSION,
        "software": AGENT,
        "libraries": {name: version(name) for name in _READERS},
        "sources": {name: source.fingerprint for name, source in context.sources.items()},
        "decisions": [repr(each) for each in decisions(context.home)],
    }
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _notice_what_is_left(context: Context) -> None:
    """Notice what the old catalogue did not come to: what is carried over is then complete."""
    if not context.home.catalogue.exists():
        return
    try:
        with context.catalogue() as connection:
            catch_up(connection, context.home, context.sources)
            detect_changes(connection, context.sources)
    except (FormatError, ArchiveFolderError) as error:
        context.warn(str(error))
