"""Create an archive of invented statements for benchmarks: `invented.py FOLDER COUNT`.

Statements are put into the catalogue as transcripts are; a few hundred pages get WARC records, so
that replay has something to show.
"""

import random
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.archive_folder import create_archive
from archive.catalogue import write_rows
from archive.catalogue.database import transaction
from archive.models import Capture, Issued, Outcome, Reading, Role, StoredRecord
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Exchange
from archive.warc.write.store import WarcStore
from onrecord.settings import settings_template

MAX_WARC_PAGES = 300
_STATEMENT_WORDS = 320  # mean length; lengths are half to twice as many
_SYLLABLES = re.findall("..", "bacodafegihojukaleminoparesitoulvawexiyoza")


def invent_vocabulary(size: int, generator: random.Random) -> list[str]:
    """Return `size` distinct words of 2 to 4 syllables, in random order."""
    words = {
        "".join(generator.choices(_SYLLABLES, k=generator.randint(2, 4))) for _ in range(size * 2)
    }
    return sorted(words, key=lambda word: generator.random())[:size]


def invent_statement(
    number: int, words: list[str], weights: list[float], generator: random.Random
) -> Reading:
    chosen_words = generator.choices(
        words, cum_weights=weights, k=generator.randint(_STATEMENT_WORDS // 2, _STATEMENT_WORDS * 2)
    )
    lines = [
        " ".join(chosen_words[n : n + 60]).capitalize() + "."
        for n in range(0, len(chosen_words), 60)
    ]
    issued = datetime(1995, 1, 1, tzinfo=UTC) + timedelta(days=number % 11_000)
    return Reading(
        identifier=f"B/{number}",
        url=f"https://bench.example/statements/{number}",
        title=" ".join(chosen_words[:8]).capitalize(),
        text="\n".join(lines),
        issuer=f"Body {number % 40}",
        publisher="Bench Union",
        lang=("en", "fr", "es")[number % 3],
        kind=("statement", "press-release")[number % 2],
        reader="bench/1",
        issued=Issued(f"{issued:%Y-%m-%d}", f"{issued:%Y-%m-%d}", "time"),
    )


def render_html(reading: Reading) -> bytes:
    paragraphs = "".join(f"<p class='t'>{line}</p>" for line in reading.text.split("\n"))
    links = "".join(f'<li><a href="/statements/{n}">Statement {n}</a></li>' for n in range(60))
    return (
        f"<!doctype html><html lang='en'><head><title>{reading.title}</title><style>"
        f".t{{margin:1em}}</style><script>1</script></head><body><nav><ul>{links}</ul></nav><article><h1>"
        f"{reading.title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def make_archive(folder: Path, count: int) -> None:
    generator = random.Random(7)
    words = invent_vocabulary(30_000, generator)
    weights, total = [], 0.0
    for rank in range(1, len(words) + 1):
        total += 1 / rank**0.9
        weights.append(total)
    home = create_archive(folder, settings_template())
    metadata = CaptureMetadata(role=Role.PAGE, outcome=Outcome.OK, source="bench")
    captured = datetime(2024, 3, 5, 9, 30, tzinfo=UTC)
    with WarcStore(home.warc, software="bench") as store, transaction(home.catalogue) as connection:
        for number in range(count):
            reading = invent_statement(number, words, weights, generator)
            if number < MAX_WARC_PAGES:
                body = render_html(reading)
                head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}"
                capture = store.add(
                    Exchange(
                        url=reading.url,
                        started=captured,
                        request=b"GET / HTTP/1.1\r\n\r\n",
                        response=head.encode() + b"\r\n\r\n" + body,
                    ),
                    metadata,
                )
            else:
                capture = _capture(number, reading, captured)
            write_rows.add_capture(connection, capture)
            write_rows.add_reading(connection, reading, capture)


def _capture(number: int, reading: Reading, when: datetime) -> Capture:
    return Capture(
        id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        url=reading.url,
        captured=when,
        outcome=Outcome.OK,
        role=Role.PAGE,
        source="bench",
        status=200,
        media_type="text/html",
        payload_sha256=reading.text_sha256,
        stored=StoredRecord(warc="bench.warc.gz", offset=0, length=0, sha256=""),
    )


if __name__ == "__main__":
    make_archive(Path(sys.argv[1]), int(sys.argv[2]))
