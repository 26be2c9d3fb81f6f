"""Simulate a thousand publishers for thirty days: what each site answers at any time, and faults.

Answers depend only on the address and the time, so that the expected archive can be computed.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from tests.support.fake_fetcher import Reply

START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 30
ERRORS = 10  # one answer in so many is a 503
BLOCKED_FROM = {10: 8, 11: 9, 12: 10}  # source: from which day on
DEAD, REDESIGNED, SILENT = {20: 5}, {30: 12}, {60: 12}
JUMP = (15.0, 3.0)  # day, and by how many days the clock is wrong for one tick
DISK_FULL = (20.0, 20.5)  # days
LISTED = 5
EDIT_AFTER, GONE_AFTER = timedelta(hours=30), timedelta(days=5)

SOURCE = """title = "Publisher {number}"
publisher = "Publisher {number}"
issuer = "Publisher {number}"
homepage = "https://p{number}.example/"
languages = ["en"]
licence = "invented"
rhythm_hours = 24
expected_minimum = 1
pages = 'https://p{number}\\.example/s/\\d+'

[[listings]]
way = "listing"
urls = ["https://p{number}.example/list"]
items = "li"

[[layouts]]
version = 1
reads = "html"
identity = ".id"
title = "h1"
text = ".body"
"""


@dataclass(frozen=True, slots=True)
class Publisher:
    """One site; `number` determines its faults."""

    number: int

    @property
    def name(self) -> str:
        return f"p{self.number}"

    @property
    def period(self) -> timedelta:
        return timedelta(hours=24 if self.number in SILENT else 60 + self.number % 120)

    def published(self, until: datetime) -> Iterator[tuple[int, datetime]]:
        """Yield (statement, when) of all that was published until a moment."""
        first = START - 10 * self.period + timedelta(hours=self.number * 7 % 24)
        last = until
        if self.number in SILENT:
            last = min(until, START + timedelta(days=SILENT[self.number]))
        published_at, n = first, 0
        while published_at <= last:
            yield n, published_at
            n, published_at = n + 1, published_at + self.period

    def edited(self, n: int, published_at: datetime) -> datetime | None:
        return published_at + EDIT_AFTER if n % 5 == 0 else None

    def withdrawn(self, n: int, published_at: datetime) -> datetime | None:
        early = START - timedelta(days=3) < published_at < START + timedelta(days=6)
        return published_at + GONE_AFTER if self.number % 50 == 0 and early else None

    def text_of(self, n: int, published_at: datetime, when: datetime) -> str:
        edit = self.edited(n, published_at)
        edition = "after the edit" if edit and when >= edit else "as first published"
        return f"Statement {n} of publisher {self.number}, {edition}, on detention."

    def answer(self, path: str, when: datetime) -> Reply:
        day = (when - START) / timedelta(days=1)
        if day >= BLOCKED_FROM.get(self.number, DAYS + 1):
            return Reply(403, b"<html><title>Just a moment...</title>challenge-platform</html>")
        if day >= DEAD.get(self.number, DAYS + 1):
            return Reply(0)
        if is_error(self.name, path, when):
            return Reply(503, b"busy")
        statements = dict(self.published(when))
        if path == "/list":
            listed = sorted(statements)[-LISTED:]
            items = "".join(f'<li><a href="/s/{n}">Statement {n}</a></li>' for n in listed)
            return Reply(200, f"<html><ul>{items}</ul></html>".encode())
        n = int(path.removeprefix("/s/"))
        gone = self.withdrawn(n, statements[n]) if n in statements else START
        if gone and when >= gone:
            return Reply(404, b"gone")
        html_text = escape(self.text_of(n, statements[n], when))
        if day >= REDESIGNED.get(self.number, DAYS + 1):
            return Reply(200, f"<html><h2>{n}</h2><div>{html_text}</div></html>".encode())
        page = (
            f'<p class="id">{n}</p><h1>Statement {n}</h1><div class="body"><p>{html_text}</p></div>'
        )
        return Reply(200, f"<html>{page}</html>".encode())


def is_error(name: str, path: str, when: datetime) -> bool:
    seed = f"{name}{path}{when:%Y%m%d%H}"
    return hashlib.sha256(seed.encode()).digest()[0] % ERRORS == 0


def answers(url: str, when: datetime) -> Reply:
    host, _, path = url.removeprefix("https://").partition("/")
    return Publisher(int(host[1:].partition(".")[0])).answer(f"/{path}", when)


def wrong_clock(true: datetime, tick: timedelta) -> datetime:
    """Return the time that the clock shows: right, except for one tick."""
    since = true - (START + timedelta(days=JUMP[0]))
    jumped = timedelta(0) <= since < tick
    return true + timedelta(days=JUMP[1]) if jumped else true


def disk_is_full(true: datetime) -> bool:
    day = (true - START) / timedelta(days=1)
    return DISK_FULL[0] <= day < DISK_FULL[1]
