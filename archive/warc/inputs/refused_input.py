"""What was not taken of a file that somebody imports, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedInput:
    """A line or a record of an imported file, or the whole file, that was passed over."""

    file: str  # for display: texts.jsonl, file.warc.gz, file.wacz/archive/data.warc.gz
    reason: str
    line: int = 0  # its number in a text collection, from 1; 0 where it is no line
    offset: int | None = None  # of a record, in bytes of the unpacked or packed file
    record: str = ""  # id of the record, where it is legible
    url: str = ""  # address of the record, where it is legible

    def __str__(self) -> str:
        location = f"line {self.line}" if self.line else ""
        if self.offset is not None:
            location = f"byte {self.offset}"
        parts = (self.file, location, self.record, self.url, self.reason)
        return ": ".join(part for part in parts if part)
