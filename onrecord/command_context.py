"""The context of a command: its archive, settings, sources, catalogue, engine and verbosity."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from archive.archive_folder import ArchiveFolder
    from archive.errors import LockedError
    from archive.log.signed_log import Log
    from index.engine_interface import Engine
    from onrecord.settings import Settings
    from scrapers.fetch.withheld import Intake
    from scrapers.source_format.source import Source


@dataclass
class Context:
    """One run of the program. Everything is opened at first use, so that --help opens nothing."""

    root: Path | None
    verbosity: int = 0
    finish_erasure: "Callable[[ArchiveFolder, Callable[[str], None]], None] | None" = None
    intake: "Intake | None" = None  # what is withheld, while the archive is open for writing
    leaves_unfinished: bool = False  # set by what only tells of an erasure that was interrupted
    _has_warned: bool = field(default=False, init=False)  # of a catalogue that older rules made
    _has_said: set[str] = field(default_factory=set, init=False)

    @cached_property
    def folder(self) -> Path:
        """Return the folder of the archive, which `init` may have yet to create."""
        if self.root is not None:
            return self.root
        from platformdirs import user_data_path

        return user_data_path("onrecord")

    @cached_property
    def home(self) -> "ArchiveFolder":
        """Return the archive; an erasure that was interrupted is finished before it is used."""
        from archive.archive_folder import find_archive

        home = find_archive(self.folder)
        if home.erasing.exists() and not self.leaves_unfinished:
            if self.finish_erasure is None:
                raise _erasure_under_way(home)
            self.finish_erasure(home, self.warn)
            self.say("finished an erasure that was interrupted")
        return home

    @cached_property
    def settings(self) -> "Settings":
        from onrecord.settings import load_settings

        return load_settings(self.home)

    @cached_property
    def sources(self) -> "dict[str, Source]":
        """Return every source, built in or from the archive's sources/ folder, by name."""
        from scrapers.source_format.load_source import load_sources

        return load_sources(self.home.sources)

    @contextmanager
    def catalogue(self, *, may_be_lost: bool = False) -> "Iterator[Connection]":
        """Yield the catalogue; what is written to it is vouched for in the log.

        FormatError where it is missing or empty although there are captures: an answer from an
        empty one would be wrong. Who makes it anew from them gives `may_be_lost`.
        """
        from archive.catalogue.database import transaction
        from archive.errors import FormatError
        from archive.vouching.pending_rows import vouching

        path = self.home.catalogue
        is_lost = not path.exists() or not path.stat().st_size
        if is_lost and not may_be_lost and any(self.home.warc.rglob("*.warc.gz")):
            problem = "missing or empty, although there are captures"
            raise FormatError(f"{path}: {problem} (make it anew with: onrecord rebuild)")
        with (
            transaction(self.home.catalogue) as connection,
            vouching(connection, self._open_log, is_own=True),
        ):
            self._require_no_erasure()
            self._warn_of_older_rules(connection)
            yield connection

    def _open_log(self) -> "Log":
        from archive.log.signed_log import Log

        return Log.open_shared(self.home.log, self.home.keys)

    def _require_no_erasure(self) -> None:
        """Raise LockedError where an erasure has begun since this process looked for one."""
        if self.home.erasing.exists() and not self.leaves_unfinished:
            raise _erasure_under_way(self.home)

    def _warn_of_older_rules(self, connection: "Connection") -> None:
        """Say once that the catalogue was made by older rules of what an edit is."""
        from archive.catalogue.catalogue_info import rules_version
        from archive.text.fingerprint import RULES_VERSION

        if not self._has_warned and rules_version(connection) < RULES_VERSION:
            self._has_warned = True
            self.say(
                "the catalogue was made by older rules of what an edit is: it answers as before; "
                "the next run, scrape, import or rebuild makes it anew"
            )

    @contextmanager
    def engine(self) -> "Iterator[Engine]":
        """Yield the search engine, up to date with the catalogue."""
        from index.open_engine import open_synced_engine

        name, folder = self.settings.engine, self.home.index
        with (
            self.catalogue() as catalogue,
            open_synced_engine(name, folder, catalogue, self.warn) as engine,
        ):
            yield engine

    def say(self, text: str) -> None:
        """Print a message that is not a result on stderr, unless --quiet is set."""
        if self.verbosity >= 0:
            sys.stderr.write(text + "\n")

    def say_once(self, text: str) -> None:
        """Do what `say` does, unless the same was said before."""
        if text not in self._has_said:
            self._has_said.add(text)
            self.say(text)

    def warn(self, text: str) -> None:
        """Print a problem on stderr, even with --quiet."""
        sys.stderr.write(text + "\n")


def _erasure_under_way(home: "ArchiveFolder") -> "LockedError":
    from archive.errors import LockedError

    return LockedError(f"{home.root}: an erasure is under way: try again")
