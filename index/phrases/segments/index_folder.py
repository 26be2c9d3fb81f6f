"""An index folder as Whoosh index, reader and writer, with a manifest in place of the pickle."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from archive.errors import FormatError
from index.phrases.format import manifest
from index.phrases.format.quick_digest import quick_digest
from index.phrases.match.segment_reader import Segment
from index.phrases.segments.equal_documents import (
    CommittedSegment,
    find_equal_documents,
    find_repeated_statements,
)
from index.phrases.segments.whoosh_codec import FIELD, SUFFIX, PhraseCodec, PhraseSegment, schema

logger = logging.getLogger(__name__)

NAME = "statements"
_MAX_ATTEMPTS = 20
_SEGMENT_FILE = re.compile(rf"{NAME}_[a-z0-9]+{re.escape(SUFFIX)}")


class _TableOfContents:
    """The interface that Whoosh expects of its own table of contents, over a manifest."""

    def __init__(self, contents: manifest.Manifest) -> None:
        self.schema = schema()
        self.segments = whoosh_segments(contents)
        self.generation = contents.generation
        self.version = self.release = None


def whoosh_segments(contents: manifest.Manifest) -> list[PhraseSegment]:
    """Return a commit's segments as Whoosh's segment objects."""
    segments = []
    for entry in contents.segments:
        name, segid = entry.name.rsplit("_", 1)
        segment = PhraseSegment(name, segid, entry.documents)
        segment.deleted.update(entry.deleted)
        segments.append(segment)
    return segments


class PhraseIndex(FileIndex):  # type: ignore[misc]  # Whoosh is not typed
    """The Whoosh index in `folder`. Reads no pickle."""

    def __init__(self, folder: Path) -> None:
        # The base class would unpickle a table of contents here.
        self.storage = FileStorage(str(folder))
        self.folder = folder
        self.indexname = NAME
        self._schema = schema()

    def _read_toc(self) -> _TableOfContents:
        return _TableOfContents(manifest.read(self.folder))

    def latest_generation(self) -> int:
        return manifest.read(self.folder).generation

    def last_modified(self) -> float:
        return (self.folder / manifest.NAME).stat().st_mtime

    def writer(self, procs: int = 1, **options: Any) -> "PhraseWriter":
        return PhraseWriter(self, **options)


class PhraseWriter(SegmentWriter):  # type: ignore[misc]
    """A Whoosh writer that commits to the manifest."""

    def __init__(self, ix: PhraseIndex, **options: Any) -> None:
        self.folder = ix.folder
        self.state: str | None = None
        super().__init__(ix, codec=PhraseCodec(), compound=False, **options)

    def _commit_toc(self, segments: Sequence[PhraseSegment]) -> None:
        previous = manifest.read(self.folder)
        known = {entry.name: entry for entry in previous.segments}
        entries = tuple(
            manifest.SegmentEntry(
                name=(name := segment.segment_id()),
                documents=segment.doc_count_all(),
                deleted=tuple(segment.deleted_docs()),
                sha256=known[name].sha256 if name in known else digest_of(self.folder, name),
                quick=known[name].quick
                if name in known and known[name].quick
                else quick_digest(segment_path(self.folder, name)),
            )
            for segment in segments
            if segment.doc_count()
        )
        parts = [
            CommittedSegment(
                _open_segment(self.folder, entry),
                manifest.live_mask(entry),
                known[entry.name].equals if entry.name in known else manifest.NO_EQUALS,
            )
            for entry in entries
        ]
        contents = manifest.Manifest(
            generation=self.generation,
            state=previous.state if self.state is None else self.state,
            segments=tuple(
                replace(entry, equals=equals)
                for entry, equals in zip(entries, find_equal_documents(parts), strict=True)
            ),
            repeated_statements=find_repeated_statements(parts),
        )
        manifest.write(self.folder, contents)
        logger.debug("index: commit %d has %d segments", self.generation, len(entries))
        remove_other_segments(self.folder, {entry.name for entry in entries})

    def commit_segments(self, segments: Sequence[PhraseSegment]) -> None:
        """Commit `segments` in place of all segments of the last commit."""
        self.commit(mergetype=lambda writer, before: list(segments))

    def abandon(self) -> None:
        """Release the lock and delete what was not committed. Does nothing after a commit."""
        if self.is_closed:
            return
        try:
            self.perdocwriter.abandon()
            self.pool.cleanup()
            remove_other_segments(
                self.folder, {entry.name for entry in manifest.read(self.folder).segments}
            )
        finally:
            self._finish()


def segment_path(folder: Path, name: str) -> Path:
    return folder / f"{name}{SUFFIX}"


def digest_of(folder: Path, name: str) -> str:
    """Return the SHA-256 digest of the file of a segment, hexadecimal."""
    with segment_path(folder, name).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def find_damage(folder: Path) -> Iterator[str]:
    """Yield the problems of the files of the last commit in `folder`; every byte is read."""
    try:
        contents = manifest.read(folder)
    except FormatError as error:
        yield str(error)
        return
    for entry in contents.segments:
        file_name = f"{entry.name}{SUFFIX}"
        try:
            digest = digest_of(folder, entry.name)
        except OSError as error:
            yield f"{file_name}: {error.strerror}"
            continue
        if digest != entry.sha256:
            yield f"{file_name}: written as {entry.sha256}, found {digest}"


def remove_other_segments(folder: Path, names: set[str]) -> None:
    """Remove the files of segments that are not among `names`: merged, or never committed."""
    for path in folder.iterdir():
        if _SEGMENT_FILE.fullmatch(path.name) and path.stem not in names:
            path.unlink(missing_ok=True)


def open_commit(
    folder: Path, open_segments: Mapping[str, Segment]
) -> tuple[manifest.Manifest, dict[str, Segment]]:
    """Return the last commit in `folder` and its segments by name, reusing `open_segments`.

    Raises:
        FormatError: the index is damaged, or was made by other versions of what it depends on.

    """
    for attempt in range(_MAX_ATTEMPTS):
        contents = manifest.read(folder)
        if contents.stale:
            raise FormatError(contents.stale)
        try:
            return contents, {
                entry.name: open_segments.get(entry.name) or _open_segment(folder, entry)
                for entry in contents.segments
            }
        except FileNotFoundError as error:
            # Merged between reading the manifest and opening the file: read the manifest again.
            if attempt == _MAX_ATTEMPTS - 1:
                raise FormatError(f"{error.filename}: missing; rebuild the index") from error
    raise AssertionError("unreachable")


def _require_undamaged(folder: Path, entry: manifest.SegmentEntry) -> None:
    """Raise FormatError where the file of a segment is not the one that was written.

    An entry that was written before there were quick digests has the slower one alone.
    """
    try:
        if entry.quick:
            digest, expected = quick_digest(segment_path(folder, entry.name)), entry.quick
        else:
            digest, expected = digest_of(folder, entry.name), entry.sha256
    except FileNotFoundError:
        raise  # merged meanwhile, perhaps
    except OSError as error:
        raise FormatError(f"{entry.name}{SUFFIX}: {error.strerror}; rebuild the index") from error
    if digest != expected:
        raise FormatError(
            f"{entry.name}{SUFFIX}: damaged, not as it was written; rebuild the index"
        )


def _open_segment(folder: Path, entry: manifest.SegmentEntry) -> Segment:
    """Return a segment; FormatError where its file is damaged, FileNotFoundError without one."""
    _require_undamaged(folder, entry)
    name, segid = entry.name.rsplit("_", 1)
    try:
        reader = PhraseCodec().per_document_reader(
            FileStorage(str(folder)), PhraseSegment(name, segid, entry.documents)
        )
        segment: Segment = reader.column_reader(FIELD, None).segment
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise FormatError(f"{entry.name}{SUFFIX}: damaged: {error}") from error
    if segment.document_count != entry.documents:
        raise FormatError(
            f"{entry.name}: expected {entry.documents} documents, found {segment.document_count}; "
            "rebuild the index"
        )
    return segment
