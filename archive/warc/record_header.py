"""The head of a WARC record: its version line and named fields, and the bytes that they were."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from archive.errors import FormatError

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?"
)
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")

HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"
WARC_FIELDS = "application/warc-fields"


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """What stands before a record's block, in order; names are compared in any case."""

    raw: bytes  # through the empty line
    version: str
    fields: tuple[tuple[str, str], ...]
    first: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self.first.setdefault(name.lower(), value)

    def get(self, name: str) -> str:
        """Return the first field called `name`, or ""."""
        return self.first.get(name.lower(), "")

    def all(self, name: str) -> list[str]:
        """Return every field called `name`."""
        name = name.lower()
        if name not in self.first:
            return []
        return [value for key, value in self.fields if key.lower() == name]

    @property
    def kind(self) -> str:
        return self.get("WARC-Type").lower()

    @property
    def id(self) -> str:
        return bare(self.get("WARC-Record-ID"))

    @property
    def url(self) -> str:
        return bare(self.get("WARC-Target-URI"))  # wget writes it in brackets

    @property
    def date(self) -> datetime:
        return parse_date(self.get("WARC-Date"))

    @property
    def length(self) -> int:
        """Return the length of the block in bytes; FormatError where none is given."""
        found = self.get("Content-Length")
        if not found.isascii() or not found.isdigit() or len(found) > 18:
            raise FormatError(f"expected a Content-Length, found {found[:40]!r}")
        return int(found)


def parse_header(raw: bytes) -> RecordHeader:
    """Return the head that `raw` is; FormatError where it does not begin as WARC does."""
    version, _, rest = raw.partition(b"\n")
    if not version.startswith(b"WARC/"):
        raise FormatError(f"expected a WARC record, found {raw[:40]!r}")
    lines = _FOLDED.sub(b" ", rest).decode("utf-8", "surrogateescape").split("\n")
    fields = (line.partition(":") for line in lines if ":" in line)
    return RecordHeader(
        raw,
        version.strip().decode("ascii", "replace"),
        tuple((name.strip(), value.strip()) for name, _, value in fields),
    )


def format_header(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return a WARC 1.1 head; control characters in a value become a space."""
    lines = "".join(f"{name}: {one_line(value)}\r\n" for name, value in fields)
    return b"WARC/1.1\r\n" + lines.encode("utf-8", "surrogateescape") + b"\r\n"


def one_line(value: str) -> str:
    """Return `value` so that it cannot begin a field of its own."""
    return _CONTROL.sub(" ", value).strip()


def bare(value: str) -> str:
    """Return `value` without the brackets that stand around ids and some addresses."""
    return value[1:-1] if value[:1] == "<" and value[-1:] == ">" else value


def parse_date(text: str) -> datetime:
    """Return the first instant that a WARC-Date names (W3C-DTF, 5.4), in UTC.

    A date cut to its year, month or day stands for its first instant, one without a zone is UTC.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise FormatError(f"expected a WARC-Date, found {text[:40]!r}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        when = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "").ljust(6, "0")[:6]),
            tzinfo=_zone(zone),
        )
        return when.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FormatError(f"expected a WARC-Date, found {text[:40]!r}") from error


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def format_date(when: datetime) -> str:
    """Return `when` as a WARC 1.1 date in UTC, to the microsecond where it has any."""
    text = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.removesuffix(".000000") + "Z"
