"""An evidence pack about one version: what the command and the reading room both make."""

from dataclasses import dataclass

from sqlalchemy import Connection

from archive.archive_folder import Home
from archive.catalogue import queries
from archive.citations import STYLES
from archive.log.log import Log
from archive.models import Outcome
from archive.pack import build
from onrecord.statements.cite import cited, place


@dataclass(frozen=True, slots=True)
class Packed:
    """The files of a pack, by name, and the version they are about."""

    version: str
    files: dict[str, bytes]


def packed(connection: Connection, home: Home, name: str, quote: str, base: str) -> Packed:
    """Return what proves statement `name`, with `quote` where words of it matter.

    The archive's one writer's lock is held meanwhile, since a checkpoint may have to be signed.
    """
    chosen = place(connection, name, quote)
    facts = cited(connection, chosen, base)

    def holds(url: str) -> bool:
        held = queries.captures_of(connection, url)
        return any(capture.outcome is Outcome.OK for capture in held)

    wanted = build.Wanted(
        version=chosen.version,
        passage=chosen.passage,
        citations={style: STYLES.load(style)(facts) for style in STYLES.names()},
        holds=holds,
    )
    with home.writing(), Log.writing(home.log, home.keys) as log:
        return Packed(chosen.version.id, build.make(home, log, wanted))
