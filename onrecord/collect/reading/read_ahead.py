"""Read responses ahead: extract them in several sandboxes while earlier ones are being recorded."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from archive.close_at_exit import ClosedAtExit
from archive.sandbox.pool import SandboxExecutor
from onrecord.collect.reading.sandboxed_read import read_in_sandbox
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.page_content import PageContent, extract_in_sandbox, is_readable
from scrapers.source_format.source import Source

_AHEAD_PER_PROCESS = 2  # responses that are read, or being read, before the first is recorded
_MAX_BYTES_AHEAD = 32 << 20  # of their bodies

Extract = Callable[[], PageContent]  # waits for the content of a response


@dataclass(frozen=True, slots=True)
class _Response:
    """A response that is stored, being read, and not recorded yet."""

    capture: str
    size: int
    extract: Extract
    record: Callable[[Extract], None]


class ReadAhead(ClosedAtExit):
    """Responses that are being read in `count` sandboxes, to be recorded in the order given.

    Only the reading is ahead: what is recorded, and when it is decided, does not depend on `count`.
    What is not recorded at the end of a `with` block, because of an error, is stored and logged; it
    is ingested when the archive is next opened for writing.
    """

    def __init__(self, count: int) -> None:
        self._executor = SandboxExecutor(count)
        self._max_responses = count * _AHEAD_PER_PROCESS
        self._responses: deque[_Response] = deque()

    def add(
        self,
        response: FetchedResponse,
        source: Source | None,
        record: Callable[[Extract], None],
    ) -> None:
        """Begin to read a response; `record` is called when those before it are recorded."""
        capture = response.capture
        extract: Extract = partial(read_in_sandbox, response, source)  # if its outcome changes
        if is_readable(capture):
            extract = self._executor.submit(extract_in_sandbox, response, source).result
        self._responses.append(_Response(capture.id, len(response.body), extract, record))
        while len(self._responses) > self._max_responses or self._size() > _MAX_BYTES_AHEAD:
            self._record_first()

    def record_all(self) -> None:
        """Record every response that was added."""
        while self._responses:
            self._record_first()

    def record_through(self, capture: str) -> None:
        """Record every response that was added, if the one with the id `capture` is among them."""
        if any(response.capture == capture for response in self._responses):
            self.record_all()

    def close(self) -> None:
        self._executor.close()

    def _record_first(self) -> None:
        response = self._responses.popleft()
        try:
            response.record(response.extract)
        except BaseException:
            self._responses.clear()  # nothing is recorded after what could not be
            raise

    def _size(self) -> int:
        return sum(response.size for response in self._responses)
