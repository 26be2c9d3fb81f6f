"""Make an evidence pack about one version, for the command line and the web."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries, rereading_table
from archive.citations import STYLES
from archive.log.signed_log import Log
from archive.models import Outcome
from archive.pack import build_pack
from onrecord.statements.cite_statement import citation_data, find_passage, require_cited

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """The files of a pack, by name, and the id of their version."""

    version: str
    files: dict[str, bytes]


def make_pack(
    connection: Connection, home: ArchiveFolder, name: str, quote: str, base: str
) -> EvidencePack:
    """Return the evidence pack of statement `name`, and of the words of `quote` unless it is "".

    A checkpoint may be signed: LockedError while a process that must be alone has the archive.
    FixityError where the log does not vouch for what the pack would say.
    """
    cited = find_passage(connection, name, quote)
    require_cited(connection, home, cited)
    facts = citation_data(connection, cited, base)

    def is_captured(url: str) -> bool:
        captures = capture_queries.captures_at(connection, url)
        return any(capture.outcome is Outcome.OK for capture in captures)

    pack_request = build_pack.PackRequest(
        version=cited.version,
        passage=cited.passage,
        citations={style: STYLES.load(style)(facts) for style in STYLES.names()},
        is_archived=is_captured,
        formerly=rereading_table.rereadings_into(connection, cited.version.id),
    )
    with _open_log(home) as log:
        pack = EvidencePack(cited.version.id, build_pack.build_pack(home, log, pack_request))
    logger.info("made an evidence pack of %d files", len(pack.files))
    return pack


@contextmanager
def _open_log(home: ArchiveFolder) -> Iterator[Log]:
    """Yield the log, to be signed with; of an archive that cannot be written to, for reading."""
    if home.is_writable:
        with home.lock_with_others(), Log.open_shared(home.log, home.keys) as log:
            yield log
    else:
        with home.lock_to_read(), Log.open_to_sign(home.log, home.keys) as log:
            yield log
