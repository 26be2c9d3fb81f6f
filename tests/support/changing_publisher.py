"""A publisher of our own: publish, edit and withdraw statements; look at its site on some day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from archive.models import Outcome, Role
from scrapers.fetch.fetcher import FetchedResponse, UrlPredicate, Validators
from scrapers.source_format.load_source import load_source
from scrapers.source_format.source import Source
from tests.support.builders import captured, day
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
        """Put a statement on the site, in place of what it said before; return its address."""
        url = f"{SITE}pd-2024-{number}.html"
        self.pages[url] = page(number, text, title)
        return url

    def withdraw(self, number: int) -> None:
        del self.pages[f"{SITE}pd-2024-{number}.html"]

    def unlist(self, number: int) -> None:
        """Let the listing name a statement no more; its page stays."""
        self.unlisted.add(f"{SITE}pd-2024-{number}.html")

    def move(self, number: int, to: int) -> str:
        """Let a statement's page be at another address; return that."""
        url = f"{SITE}pd-2024-{to}.html"
        self.pages[url] = self.pages.pop(f"{SITE}pd-2024-{number}.html")
        return url

    def on(self, number: int) -> "Look":
        """Look at the site `number` days into the story."""
        return Look(self, day(number))

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
class Look:
    """A visit (scrapers.fetch.fetcher.Fetcher) to the site as it was when asked for."""

    publisher: Publisher
    visited_at: datetime
    asked: list[str] = field(default_factory=list)

    def fetch(
        self, url: str, *, source: str, role: Role, validators: Validators | None = None
    ) -> list[FetchedResponse]:
        self.asked.append(url)
        outcome, body = self.publisher.answer(url)
        capture = captured(
            url, at=self.visited_at, outcome=outcome, role=role, source=source, body=body
        )
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        return [FetchedResponse(capture=capture, headers=headers, body=body)]

    def iter_captured_pages(self, is_page: UrlPredicate) -> Iterator[str]:
        return iter(())
