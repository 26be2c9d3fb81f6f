"""The sample publisher's site on three days after those of its editions, as WARC files."""

import gzip
from base64 import b32encode
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

SAMPLE = Path(__file__).parents[2] / "sample"
PANEL = "https://panel.meridian.example/statements/"


def statement(symbol: str, day: str, title: str, *said: str) -> bytes:
    """Return a page of the sample publisher, laid out as its others."""
    body = "".join(f"<p>{line}</p>\n" for line in said)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'</head><body><main><article class="statement"><p class="symbol">{symbol}</p>'
        f'<h1>{title}</h1><p class="issued"><time datetime="{day}">{day}</time></p>'
        f'<div class="body">\n{body}</div></article></main></body></html>\n'
    ).encode()


def listing(*numbers: int) -> bytes:
    """Return the sample publisher's list of statements."""
    items = "".join(
        f'<li><a href="/statements/pd-2024-{n}.html">Statement {n}</a> '
        f'<time datetime="{ISSUED[n]}">{ISSUED[n]}</time></li>\n'
        for n in numbers
    )
    return f'<!doctype html><html><body><ul class="statements">{items}</ul></body></html>'.encode()


ISSUED = {
    7: "2024-03-04",
    8: "2024-03-05",
    9: "2024-05-21",
    10: "2024-05-22",
    11: "2024-05-17",
    12: "2024-05-23",
    13: "2024-05-23",
    14: "2024-05-24",
    15: "2024-05-24",
    16: "2024-05-25",
}
MOVING = statement("PD/2024/11", ISSUED[11], "Notice", "This content is being moved.")
NAMED = statement(
    "PD/2024/9",
    ISSUED[9],
    "Northmarch: Panel hears a witness",
    "PORT CALDER (21 May 2024) – The Panel heard Mr Corvin Hale, who was held for nine weeks.",
    "“He told us what he saw, and we believe him,” the Panel said.",
)
REGISTER = statement(
    "PD/2024/12",
    ISSUED[12],
    "Panel asks for a register of detainees",
    "PORT CALDER (23 May 2024) – The Panel asked Northmarch to keep a register of all detainees.",
    "“A name that is written down is harder to lose,” the Panel said.",
)
FERRY = statement(
    "PD/2024/14",
    ISSUED[14],
    "Halden: Panel regrets the end of ferry visits",
    "PORT CALDER (24 May 2024) – Families may no longer visit the island prison by ferry.",
    "“We do not accept that the sea is a reason,” the Panel said.",
)
LONG = statement(
    "PD/2024/15",
    ISSUED[15],
    "Northmarch: nine names",
    "PORT CALDER (24 May 2024) – The Panel on Disappearances today published nine names.",
    *(
        f"Person {n} was last seen on {n} February near the mill bridge of Ostrel, at dusk."
        for n in range(1, 10)
    ),
)
SHORT = statement(
    "PD/2024/15", ISSUED[15], "Northmarch: nine names", "The Panel has withdrawn this statement."
)
HEADLESS = statement("PD/2024/16", ISSUED[16], "Lost", "Nobody knows.").replace(b"h1>", b"h6>")
WALL = b"<html><head><title>Just a moment...</title></head><body></body></html>"
NOT_FOUND = b"<html><head><title>Page not found</title></head><body>Try the menu.</body></html>"
GONE = b"<!doctype html><title>Gone</title><p>This page is not available.</p>"

Page = tuple[str, bytes, str]  # status, body, where it leads to


def editions() -> dict[str, dict[str, Page]]:
    """Return what the site answered, by day and by page."""
    may = SAMPLE / "editions/2024-05-20/statements"
    now, home = ((may / f"pd-2024-{n}.html").read_bytes() for n in (7, 11))
    return {
        "2024-05-28": {
            "": ("200 OK", listing(7, 8, 9, 10, 11, 12, 14, 15, 16), ""),
            "pd-2024-8.html": ("404 Not Found", GONE, ""),
            "pd-2024-9.html": ("200 OK", NAMED, ""),
            "pd-2024-10.html": ("403 Forbidden", WALL, ""),
            "pd-2024-12.html": ("200 OK", REGISTER, ""),
            "pd-2024-14.html": ("200 OK", FERRY, ""),
            "pd-2024-15.html": ("200 OK", LONG, ""),
            "pd-2024-16.html": ("200 OK", HEADLESS, ""),
        },
        "2024-06-04": {
            "": ("200 OK", listing(7, 9, 11, 12, 14, 15), ""),
            "pd-2024-7.html": ("200 OK", NOT_FOUND, ""),
            "pd-2024-8.html": ("410 Gone", GONE, ""),
            "pd-2024-11.html": ("200 OK", MOVING, ""),
            "pd-2024-14.html": ("404 Not Found", GONE, ""),
            "pd-2024-15.html": ("200 OK", SHORT, ""),
        },
        "2024-06-11": {
            "": ("", listing(7, 9, 11, 12, 14, 15), ""),  # a revisit: as it was the week before
            "pd-2024-7.html": ("200 OK", now, ""),
            "pd-2024-8.html": ("410 Gone", GONE, ""),
            "pd-2024-11.html": ("200 OK", home, ""),
            "pd-2024-12.html": ("301 Moved Permanently", b"", f"{PANEL}pd-2024-13.html"),
            "pd-2024-13.html": ("200 OK", REGISTER, ""),
            "pd-2024-14.html": ("200 OK", FERRY, ""),
            "pd-2024-15.html": ("200 OK", SHORT, ""),
        },
    }


def edition(day: str, folder: Path) -> Path:
    """Write what the site was on `day` as a WARC file."""
    records = [record(day, f"{PANEL}{path}", page) for path, page in editions()[day].items()]
    path = folder / f"panel-{day}.warc.gz"
    path.write_bytes(b"".join(gzip.compress(each, mtime=0) for each in records))
    return path


def record(day: str, url: str, page: Page) -> bytes:
    """Return one answer as a WARC record; one without a status as a revisit."""
    status, body, location = page
    when = f"{day}T09:30:00Z"
    block = answered(status or "200 OK", body, location)
    kind = {"WARC-Type": "response"}
    if not status:
        block = block[: block.index(b"\r\n\r\n") + 4]
        kind = {
            "WARC-Type": "revisit",
            "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
            "WARC-Refers-To-Target-URI": url,
            "WARC-Refers-To-Date": "2024-06-04T09:30:00Z",
        }
    fields = kind | {
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, when + url)}>",
        "WARC-Date": when,
        "WARC-Target-URI": url,
        "WARC-Payload-Digest": digest(body),
        "WARC-Block-Digest": digest(block),
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def answered(status: str, body: bytes, location: str) -> bytes:
    where = f"Location: {location}\r\n" if location else ""
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{where}"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def digest(data: bytes) -> str:
    return f"sha256:{b32encode(sha256(data).digest()).decode()}"
