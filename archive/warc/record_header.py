"""Parse and format WARC record headers: the version line and the named fields."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from archive.errors import FormatError

_W3C_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)
_LINE_FOLD = re.compile(rb"\r?\n[ \t]+")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")

HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"
WARC_FIELDS = "application/warc-fields"


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """The header of a record, fields in order; names are case-insensitive."""

    raw: bytes  # as read, through the empty line
    version: str
    fields: tuple[tuple[str, str], ...]
    first_values: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self.first_values.setdefault(name.lower(), value)

    def get(self, name: str) -> str:
        """Return the first field called `name`, or ""."""
        return self.first_values.get(name.lower(), "")

    def get_all(self, name: str) -> list[str]:
        """Return every field called `name`."""
        name = name.lower()
        if name not in self.first_values:
            return []
        return [value for key, value in self.fields if key.lower() == name]

    @property
    def kind(self) -> str:
        return self.get("WARC-Type").lower()

    @property
    def id(self) -> str:
        return strip_brackets(self.get("WARC-Record-ID"))

    @property
    def url(self) -> str:
        return strip_brackets(self.get("WARC-Target-URI"))  # wget writes it in brackets

    @property
    def date(self) -> datetime:
        return parse_date(self.get("WARC-Date"))

    @property
    def length(self) -> int:
        """Return the length of the block in bytes; FormatError if it is missing or invalid."""
        value = self.get("Content-Length")
        if not value.isascii() or not value.isdigit() or len(value) > 18:
            raise FormatError(f"expected a Content-Length, found {value[:40]!r}")
        return int(value)


def parse_header(raw: bytes) -> RecordHeader:
    """Return the parsed header; FormatError if `raw` does not begin with "WARC/"."""
    version, _, field_lines = raw.partition(b"\n")
    if not version.startswith(b"WARC/"):
        raise FormatError(f"expected a WARC record, found {raw[:40]!r}")
    lines = _LINE_FOLD.sub(b" ", field_lines).decode("utf-8", "surrogateescape").split("\n")
    fields = (line.partition(":") for line in lines if ":" in line)
    return RecordHeader(
        raw,
        version.strip().decode("ascii", "replace"),
        tuple((name.strip(), value.strip()) for name, _, value in fields),
    )


def format_header(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return a WARC 1.1 header as bytes; control characters in a value become a space."""
    lines = "".join(f"{name}: {strip_control_characters(value)}\r\n" for name, value in fields)
    return b"WARC/1.1\r\n" + lines.encode("utf-8", "surrogateescape") + b"\r\n"


def strip_control_characters(value: str) -> str:
    """Return `value` on one line, so that it cannot start another header field."""
    return _CONTROL_CHARACTERS.sub(" ", value).strip()


def strip_brackets(value: str) -> str:
    """Return `value` without the angle brackets around record ids and some URLs."""
    return value[1:-1] if value[:1] == "<" and value[-1:] == ">" else value


def parse_date(text: str) -> datetime:
    """Return the instant of a WARC-Date (W3C-DTF; WARC 1.1, 5.4), in UTC.

    A date reduced to its year, month or day stands for its first instant; one without a zone is
    UTC. FormatError for anything else.
    """
    match = _W3C_DATE.fullmatch(text.strip())
    if match is None:
        raise FormatError(f"expected a WARC-Date, found {text[:40]!r}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        instant = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "").ljust(6, "0")[:6]),
            tzinfo=_zone(zone),
        )
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FormatError(f"expected a WARC-Date, found {text[:40]!r}") from error


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def format_date(instant: datetime) -> str:
    """Return `instant` as a WARC 1.1 date in UTC, with microseconds if it has any."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
