"""A simulated publisher: publish, edit and withdraw statements, and visit its site on a day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from archive.models import Outcome, Role, Validators
from scrapers.fetch.fetcher import FetchedResponse, UrlPredicate
from scrapers.source_format.load_source import load_source
from scrapers.source_format.source import Source
from tests.support.builders import day, make_capture
from tests.support.paths import SAMPLE

SITE = "https://panel.meridian.example/statements/"


def panel() -> Source:
    """Return the sample publisher's source."""
    return load_source(SAMPLE / "meridian_panel.toml")


def page(number: int, text: str, title: str = "Panel urges release") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return (
        f'<html><body><article class="statement"><p class="symbol">PD/2024/{number}</p>'
        f'<h1>{title}</h1><p class="issued"><time datetime="2024-03-04">4 March 2024</time></p>'
        f'<div class="body">{paragraphs}</div></article></body></html>'
    )


@dataclass
class Publisher:
    """A site, as it is now."""

    pages: dict[str, str] = field(default_factory=dict)
    trouble: dict[str, Outcome] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)

    def publish(self, number: int, text: str, title: str = "Panel urges release") -> str:
        """Put a statement on the site, in place of its earlier text; return its address."""
        url = f"{SITE}pd-2024-{number}.html"
        self.pages[url] = page(number, text, title)
        return url

    def withdraw(self, number: int) -> None:
        del self.pages[f"{SITE}pd-2024-{number}.html"]

    def unlist(self, number: int) -> None:
        """Remove a statement from the listing; its page stays."""
        self.unlisted.add(f"{SITE}pd-2024-{number}.html")

    def move(self, number: int, new_number: int) -> str:
        """Move a statement's page to another address; return that address."""
        url = f"{SITE}pd-2024-{new_number}.html"
        self.pages[url] = self.pages.pop(f"{SITE}pd-2024-{number}.html")
        return url

    def on(self, number: int) -> "PublisherVisit":
        """Return a visit to the site on day `number`."""
        return PublisherVisit(self, day(number))

    def answer(self, url: str) -> tuple[Outcome, bytes]:
        if url in self.trouble:
            return self.trouble[url], b""
        if url == SITE:
            return Outcome.OK, self._listing().encode()
        if url in self.pages:
            return Outcome.OK, self.pages[url].encode()
        return Outcome.GONE, b""

    def _listing(self) -> str:
        items = "".join(
            f'<li><a href="{url}">A statement</a><time datetime="2024-03-04">4 March</time></li>'
            for url in self.pages
            if url not in self.unlisted
        )
        return f'<html><body><ul class="statements">{items}</ul></body></html>'


@dataclass
class PublisherVisit:
    """A fetcher (scrapers.fetch.fetcher.Fetcher) of the site as it is at each request."""

    publisher: Publisher
    visited_at: datetime
    requests: list[str] = field(default_factory=list)

    def fetch(
        self, url: str, *, source: str, role: Role, validators: Validators | None = None
    ) -> list[FetchedResponse]:
        self.requests.append(url)
        outcome, body = self.publisher.answer(url)
        capture = make_capture(
            url, at=self.visited_at, outcome=outcome, role=role, source=source, body=body
        )
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        return [FetchedResponse(capture=capture, headers=headers, body=body)]

    def iter_captured_pages(self, is_page: UrlPredicate) -> Iterator[str]:
        return iter(())
