"""Open WARC files for replay: what is looked up in the catalogue waits for what is read ahead."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import capture_queries
from archive.locks.replay_turn import ReplayTurn
from archive.models import Capture
from archive.warc.write.store import WarcStore
from onrecord.collect.reading.read_ahead import ReadAhead
from onrecord.command_context import Context
from onrecord.print_output import clean
from scrapers.fetch.withheld import Intake
from scrapers.replay.replay_fetcher import ReplayedFiles


def open_replay(
    context: Context,
    store: WarcStore,
    connection: Connection,
    files: Sequence[Path],
    turn: ReplayTurn,
    ahead: ReadAhead | None = None,
) -> ReplayedFiles:
    """Open `files` for replay as `open_files` does; warn of what of them is passed over."""
    replayed = open_files(connection, store, files, turn, ahead, context.intake)
    for refused in chain.from_iterable(replayed.lookup.refused.values()):
        context.warn(f"passed over: {clean(str(refused))}")
    return replayed


def open_files(
    connection: Connection,
    store: WarcStore,
    files: Sequence[Path],
    turn: ReplayTurn,
    ahead: ReadAhead | None = None,
    intake: Intake | None = None,
    *,
    allow_unreadable: bool = False,
) -> ReplayedFiles:
    """Open `files` for replay.

    `turn` is taken when a record is looked up. Who commits what was read of it may give way then.
    What is looked up in the catalogue waits for what is before it in `ahead`. `intake` keeps out
    what was erased. If `allow_unreadable`, a file that cannot be read is noted; else it is an
    error.
    """

    def find_stored(capture: str) -> Capture | None:
        turn.take()
        if ahead is not None:
            ahead.record_through(capture)
        return capture_queries.find_capture(connection, capture)

    def find_captures(url: str) -> Sequence[Capture]:
        if ahead is not None:
            ahead.record_all()
        return capture_queries.captures_at(connection, url)

    return ReplayedFiles(
        files,
        store,
        find_stored=find_stored,
        find_captures=find_captures,
        allow_unreadable=allow_unreadable,
        intake=intake,
    )


def give_way(turn: ReplayTurn, ahead: ReadAhead) -> None:
    """Let another process that is in line have its turn, when all that was read is recorded."""
    if turn.is_awaited:
        ahead.record_all()
        turn.give_way()
