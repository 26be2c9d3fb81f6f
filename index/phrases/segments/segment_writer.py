"""Write segments: from documents, in one process or several, and from other segments."""

import logging
import multiprocessing
import queue
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage

from archive.errors import ArchiveError, StorageError
from index.engine_interface import Document
from index.phrases.format.memory_map import return_large_arrays
from index.phrases.format.text_store import pack, unpack
from index.phrases.match.segment_reader import Segment
from index.phrases.segments.whoosh_codec import FIELD, PhraseCodec, PhraseSegment
from index.phrases.segments.whoosh_column import PhraseColumn, SegmentReference

logger = logging.getLogger(__name__)

MAX_SEGMENT_WORDS = 16_000_000  # words of one segment: some 0.2 GB of memory while it is written
MAX_SEGMENT_DOCUMENTS = 250_000
MERGE_SUFFIX = ".merging"  # suffix of an uncommitted merged segment, written without the write lock
_BATCH_CHARACTERS = 4 << 20  # characters sent to a worker at once: as many as it tokenizes at once
_MAX_QUEUED_BATCHES = 1  # per worker; with more, it is still busy when the others are done
_COLUMN = PhraseColumn()


class _SegmentChain:
    """Writes segments one after another, each up to the largest size of a segment."""

    def __init__(self, folder: Path, name: str, suffix: str = "") -> None:
        return_large_arrays()
        self._storage = FileStorage(str(folder))
        self._name, self._suffix = name, suffix
        self._writer: Any = None
        self.segments: list[PhraseSegment] = []

    def add(self, document: Document | SegmentReference) -> None:
        if self._writer is None:
            segment = PhraseSegment(self._name)
            segment.suffix = self._suffix or segment.suffix
            self._writer = PhraseCodec().per_document_writer(self._storage, segment)
            self.segments.append(segment)
        segment = self.segments[-1]
        self._writer.start_doc(segment.documents)
        self._writer.add_column_value(FIELD, _COLUMN, document)
        self._writer.finish_doc()
        segment.documents += 1
        if self._writer.words > MAX_SEGMENT_WORDS or segment.documents >= MAX_SEGMENT_DOCUMENTS:
            self._close_segment()

    def finish(self) -> list[PhraseSegment]:
        self._close_segment()
        return self.segments

    def abandon(self) -> None:
        if self._writer is not None:
            self._writer.abandon()

    def _close_segment(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            logger.debug("index: wrote a segment of %d documents", self.segments[-1].documents)


class SegmentBuilder:
    """Writes documents to uncommitted segments; of documents with one key, the last is kept."""

    def __init__(self, folder: Path, name: str, processes: int = 1) -> None:
        self._chain = _SegmentChain(folder, name)
        self._workers = [_Worker(folder, name) for _ in range(processes - 1)]
        self._batch: list[Document] = []
        self._size = 0
        self.locations: dict[str, tuple[int, int]] = {}  # key -> process, number of document there
        self._counts = [0] * processes
        self._replaced: list[tuple[int, int]] = []

    def __enter__(self) -> "SegmentBuilder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.end()
        if error is not None:
            self._chain.abandon()

    def add(self, document: Document) -> None:
        """Add a document."""
        if not self._workers:
            self._record_location(document, 0)
            self._chain.add(document)
            return
        self._batch.append(document)
        self._size += len(document.text)
        if self._size > _BATCH_CHARACTERS:
            self._send_batch()

    def finish(self) -> list[PhraseSegment]:
        """Return the segments made of all documents."""
        self._send_batch()
        for worker in self._workers:
            worker.close()
        by_process = [self._chain.finish(), *(worker.result() for worker in self._workers)]
        for process, number in self._replaced:
            for segment in by_process[process]:
                if number < segment.documents:
                    segment.deleted.add(number)
                    break
                number -= segment.documents
        return [segment for segments in by_process for segment in segments]

    def _send_batch(self) -> None:
        """Send the batch to a worker with an empty queue, or else add it in this process."""
        batch, self._batch, self._size = self._batch, [], 0
        process = next((n for n, worker in enumerate(self._workers, 1) if worker.offer(batch)), 0)
        for document in batch:
            self._record_location(document, process)
            if not process:
                self._chain.add(document)

    def _record_location(self, document: Document, process: int) -> None:
        previous = self.locations.get(document.key)
        if previous is not None:
            self._replaced.append(previous)
        self.locations[document.key] = process, self._counts[process]
        self._counts[process] += 1


class _Worker:
    """A worker process that writes segments."""

    def __init__(self, folder: Path, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._work: Any = context.Queue(_MAX_QUEUED_BATCHES)
        self._results: Any = context.Queue()
        self._process = context.Process(
            target=_run_worker, args=(folder, name, self._work, self._results), daemon=True
        )
        self._process.start()
        logger.debug("indexing process %s started", self._process.pid)

    def offer(self, batch: list[Document]) -> bool:
        if self._work.full():
            return False
        try:
            self._work.put_nowait([pack(document) for document in batch])
        except queue.Full:
            return False
        return True

    def close(self) -> None:
        while self._process.is_alive():
            try:
                self._work.put(None, timeout=1)
            except queue.Full:
                continue
            return

    def result(self) -> list[PhraseSegment]:
        while True:
            try:
                result = self._results.get(timeout=1)
            except queue.Empty:
                if not self._process.is_alive():
                    raise StorageError(
                        f"indexing: a process ended with {self._process.exitcode}"
                    ) from None
                continue
            if isinstance(result, Exception):
                raise result
            segments: list[PhraseSegment] = [PhraseSegment(*fields) for fields in result]
            return segments

    def end(self) -> None:
        if self._process.is_alive():
            self._process.terminate()
        self._process.join()
        self._work.close()
        self._results.close()


def _run_worker(folder: Path, name: str, batches: Any, results: Any) -> None:
    """Write segments from the queue `batches`; the target of a worker process."""
    chain = _SegmentChain(folder, name)
    try:
        for batch in iter(batches.get, None):
            for packed in batch:
                chain.add(unpack(packed))
        segments = [
            (segment.indexname, segment.segid, segment.documents) for segment in chain.finish()
        ]
        results.put(segments)
    except (OSError, ArchiveError) as error:
        chain.abandon()
        results.put(error)


def merge_segments(
    folder: Path, name: str, parts: Sequence[tuple[Segment, NDArray[np.bool_] | None]]
) -> tuple[list[PhraseSegment], list[NDArray[np.int64]]]:
    """Write the live documents of `parts` to one segment, not yet committed.

    Returns it, and for each part the new numbers of its documents (-1 for deleted ones). More than
    one segment is returned only where one would be too large.
    """
    chain = _SegmentChain(folder, name, MERGE_SUFFIX)
    new_numbers: list[NDArray[np.int64]] = []
    next_number = 0
    try:
        for segment, live in parts:
            live_numbers = _live_numbers(segment, live)
            part_numbers = np.full(segment.document_count, -1)
            part_numbers[live_numbers] = np.arange(next_number, next_number + len(live_numbers))
            new_numbers.append(part_numbers)
            next_number += len(live_numbers)
            for reference in _references(segment, live_numbers.tolist()):
                chain.add(reference)
        return chain.finish(), new_numbers
    except BaseException:
        chain.abandon()
        raise


def _live_numbers(segment: Segment, live: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """Return the numbers of the live documents of a segment."""
    return np.arange(segment.document_count) if live is None else np.flatnonzero(live)


def _references(segment: Segment, numbers: Iterable[int]) -> Iterator[SegmentReference]:
    return (SegmentReference(segment, number) for number in numbers)
