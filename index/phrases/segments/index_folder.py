"""An index folder as Whoosh's index, reader and writer, over our own table of contents."""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import file_digest
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from archive.errors import FormatError
from index.phrases.format import manifest
from index.phrases.match.segment_reader import Segment
from index.phrases.segments.whoosh_codec import ENDING, FIELD, PhraseCodec, PhraseSegment, schema

NAME = "statements"
_ATTEMPTS = 20
_FILE = re.compile(rf"{NAME}_[a-z0-9]+{re.escape(ENDING)}")


class _Table:
    """What Whoosh asks of its own table of contents."""

    def __init__(self, contents: manifest.Manifest) -> None:
        self.schema = schema()
        self.segments = segments_of(contents)
        self.generation = contents.generation
        self.version = self.release = None


def segments_of(contents: manifest.Manifest) -> list[PhraseSegment]:
    """Return a commit's segments as Whoosh takes them."""
    segments = []
    for entry in contents.segments:
        name, segid = entry.name.rsplit("_", 1)
        segment = PhraseSegment(name, segid, entry.documents)
        segment.deleted.update(entry.deleted)
        segments.append(segment)
    return segments


class PhraseIndex(FileIndex):  # type: ignore[misc]  # Whoosh is not typed
    """Whoosh's index in `folder`. Reads no pickle."""

    def __init__(self, folder: Path) -> None:
        # The base class would read a pickled table here.
        self.storage = FileStorage(str(folder))
        self.folder = folder
        self.indexname = NAME
        self._schema = schema()

    def _read_toc(self) -> _Table:
        return _Table(manifest.read(self.folder))

    def latest_generation(self) -> int:
        return manifest.read(self.folder).generation

    def last_modified(self) -> float:
        return (self.folder / manifest.NAME).stat().st_mtime

    def writer(self, procs: int = 1, **options: Any) -> "PhraseWriter":
        return PhraseWriter(self, **options)


class PhraseWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, which commits to our table of contents."""

    def __init__(self, ix: PhraseIndex, **options: Any) -> None:
        self.folder = ix.folder
        self.state: str | None = None
        super().__init__(ix, codec=PhraseCodec(), compound=False, **options)

    def _commit_toc(self, segments: Sequence[PhraseSegment]) -> None:
        held = manifest.read(self.folder)
        digests = {entry.name: entry.sha256 for entry in held.segments}
        entries = tuple(
            manifest.SegmentEntry(
                name=(name := segment.segment_id()),
                documents=segment.doc_count_all(),
                deleted=tuple(segment.deleted_docs()),
                sha256=digests.get(name) or digest_of(self.folder, name),
            )
            for segment in segments
            if segment.doc_count()
        )
        state = held.state if self.state is None else self.state
        manifest.write(
            self.folder,
            manifest.Manifest(generation=self.generation, state=state, segments=entries),
        )
        clean(self.folder, {entry.name for entry in entries})

    def commit_segments(self, segments: Sequence[PhraseSegment]) -> None:
        """Commit `segments` in place of those there are."""
        self.commit(mergetype=lambda writer, before: list(segments))

    def abandon(self) -> None:
        """Let go of the lock and of all that was not committed. Does nothing after a commit."""
        if self.is_closed:
            return
        try:
            self.perdocwriter.abandon()
            self.pool.cleanup()
            clean(self.folder, {entry.name for entry in manifest.read(self.folder).segments})
        finally:
            self._finish()


def digest_of(folder: Path, name: str) -> str:
    """Return the SHA-256 of a segment's file, hexadecimal."""
    with (folder / f"{name}{ENDING}").open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def damage(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the files of the last commit in `folder`; every byte is read."""
    try:
        contents = manifest.read(folder)
    except FormatError as error:
        yield str(error)
        return
    for entry in contents.segments:
        name = f"{entry.name}{ENDING}"
        try:
            found = digest_of(folder, entry.name)
        except OSError as error:
            yield f"{name}: {error.strerror}"
            continue
        if found != entry.sha256:
            yield f"{name}: written as {entry.sha256}, found {found}"


def clean(folder: Path, names: set[str]) -> None:
    """Remove the files of segments that are not among `names`: merged away, or never committed."""
    for path in folder.iterdir():
        if _FILE.fullmatch(path.name) and path.stem not in names:
            path.unlink(missing_ok=True)


def opened(
    folder: Path, known: Mapping[str, Segment]
) -> tuple[manifest.Manifest, dict[str, Segment]]:
    """Return the last commit in `folder` and its segments by name, those `known` as they are.

    Raises:
        FormatError: the index is damaged, or was made by other versions of what it depends on.

    """
    for attempt in range(_ATTEMPTS):
        contents = manifest.read(folder)
        if contents.stale:
            raise FormatError(contents.stale)
        try:
            return contents, {
                entry.name: known.get(entry.name) or _open(folder, entry)
                for entry in contents.segments
            }
        except FileNotFoundError as error:
            # Merged away between reading the table and opening the file: read the table again.
            if attempt == _ATTEMPTS - 1:
                raise FormatError(f"{error.filename}: missing; rebuild the index") from error
    raise AssertionError("unreachable")


def _open(folder: Path, entry: manifest.SegmentEntry) -> Segment:
    name, segid = entry.name.rsplit("_", 1)
    reader = PhraseCodec().per_document_reader(
        FileStorage(str(folder)), PhraseSegment(name, segid, entry.documents)
    )
    segment = reader.column_reader(FIELD, None).segment
    if segment.documents != entry.documents:
        raise FormatError(
            f"{entry.name}: expected {entry.documents} documents, found {segment.documents}; "
            "rebuild the index"
        )
    return segment
