"""An evidence pack about one version: what the command and the reading room both make."""

from dataclasses import dataclass

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries
from archive.citations import STYLES
from archive.log.log import Log
from archive.models import Outcome
from archive.pack import build
from onrecord.statements.cite import citation_data, find_passage


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """The files of a pack, by name, and the version they are about."""

    version: str
    files: dict[str, bytes]


def make_pack(
    connection: Connection, home: ArchiveFolder, name: str, quote: str, base: str
) -> EvidencePack:
    """Return what proves statement `name`, with `quote` where words of it matter.

    The archive's one writer's lock is held meanwhile, since a checkpoint may have to be signed.
    """
    chosen = find_passage(connection, name, quote)
    facts = citation_data(connection, chosen, base)

    def holds(url: str) -> bool:
        held = capture_queries.captures_of(connection, url)
        return any(capture.outcome is Outcome.OK for capture in held)

    wanted = build.PackRequest(
        version=chosen.version,
        passage=chosen.passage,
        citations={style: STYLES.load(style)(facts) for style in STYLES.names()},
        is_archived=holds,
    )
    with home.lock_for_writing(), Log.writing(home.log, home.keys) as log:
        return EvidencePack(chosen.version.id, build.build_pack(home, log, wanted))
