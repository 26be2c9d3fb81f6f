"""Find out how a publisher could be collected, and propose a source: captured first, then read."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import ArchiveError, SourceError
from archive.models import Outcome, Reading, Role
from archive.sandbox.pool import shared_sandbox
from onrecord.collect.ingest import RunStats, ingest
from onrecord.collect.open_archive import open_for_writing
from onrecord.collect.run_sources import network, replayed
from onrecord.collect.sandboxed_read import read_in_sandbox
from onrecord.context import Context
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import decode_body
from scrapers.propose.learn_selectors import LearnedSelectors
from scrapers.propose.listing_candidates import common_feed_urls, sitemap_urls, url_pattern
from scrapers.propose.site_survey import (
    FeedSurvey,
    SiteSurvey,
    learn_from_articles,
    survey_feed,
    survey_site,
)
from scrapers.propose.source_toml import SourceProposal, to_toml
from scrapers.source_format.load_source import load_source

_TAUGHT = 3  # articles that selectors are learned from
_NO_FEED = FeedSurvey(items=0, links=(), texts=())

Ask = Callable[[str], FetchedResponse | None]


@dataclass(slots=True)
class Proposal:
    """What was found, the TOML that it makes, and the captures that it was made of."""

    notes: list[str] = field(default_factory=list)
    toml: str = ""
    articles: list[FetchedResponse] = field(default_factory=list)


def propose(context: Context, urls: Sequence[str], files: Sequence[Path]) -> Proposal:
    """Propose a source for the publisher whose page, or several of whose articles, are at `urls`.

    SourceError says what is missing where nothing can be proposed. What was captured is kept.
    """
    with asking(context, files) as ask:
        return _proposed(ask, urls)


@contextmanager
def asking(context: Context, files: Sequence[Path]) -> Iterator[Ask]:
    """Yield what asks for one address: stored, logged and in the catalogue before it is read."""
    with open_for_writing(context) as (store, connection):

        def kept(hops: list[FetchedResponse]) -> FetchedResponse | None:
            ingest(connection, hops, None, RunStats())
            connection.commit()
            last = hops[-1] if hops else None
            return last if last and last.capture.outcome is Outcome.OK else None

        if files:
            with replayed(store, connection, files) as held:

                def replay(url: str) -> FetchedResponse | None:
                    places = held.lookup.find(url)
                    if not places:
                        return None
                    return kept([held.store_record(places[-1], source="", role=Role.REQUISITE)])

                yield replay
        else:
            with network(context, store, None) as door:
                yield lambda url: kept(door.fetch(url, source="", role=Role.REQUISITE))


def _proposed(ask: Ask, urls: Sequence[str]) -> Proposal:
    proposal = Proposal()
    first = ask(urls[0])
    if first is None:
        raise SourceError(f"{urls[0]}: expected a page, found no good answer")
    page = shared_sandbox().call(survey_site, first)
    feed, held = _feed(ask, page, proposal)
    if held.texts:
        proposal.notes.append(f"the feed holds the whole text, in {', '.join(held.texts)}")
        found = _found(page, feeds=(feed,), texts=held.texts, pages="")
        proposal.toml, proposal.articles = to_toml(found), [ask(feed) or first]
        return proposal
    links = page.links
    if links:
        proposal.notes.append(f"{len(links.urls)} links marked up alike: {links.items}")
    sitemaps = () if feed or links else tuple(_sitemaps(ask, page.url, proposal))
    named = list(held.links or (links.urls if links else ()))
    articles = list(urls) if len(urls) > 1 else named
    fetched = [got for url in articles[:_TAUGHT] if (got := ask(url))]
    taught = _learned(fetched, articles, proposal)
    pages = url_pattern([each.capture.url for each in fetched])
    found = _found(
        page,
        feeds=(feed,) if feed else (),
        links=links if len(urls) == 1 else None,
        sitemaps=sitemaps,
        pages=pages,
        learned=taught,
    )
    proposal.toml, proposal.articles = to_toml(found), fetched
    return proposal


def _learned(
    fetched: Sequence[FetchedResponse], named: Sequence[str], proposal: Proposal
) -> LearnedSelectors:
    """Return what the articles teach; SourceError says what is missing."""
    said = "; ".join(proposal.notes) or "neither feed, sitemap, nor list of links"
    if len(fetched) < 2:
        had = f"{len(fetched)} of {len(named)} named"
        raise SourceError(f"expected two articles to learn from, found {had} ({said})")
    taught = shared_sandbox().call(learn_from_articles, fetched)
    for name, selector in taught.rules.items():
        proposal.notes.append(f"{name}: {selector}")
    for name, why in taught.missing.items():
        proposal.notes.append(f"{name}: not found: {why}")
    if lacking := sorted({"title", "text"} & taught.missing.keys()):
        raise SourceError(f"expected selectors, found none for: {', '.join(lacking)} ({said})")
    return taught


def _feed(ask: Ask, page: SiteSurvey, proposal: Proposal) -> tuple[str, FeedSurvey]:
    """Return the first feed that has items, and these; "" and none where there is no feed."""
    own = [] if page.is_html else [page.url]
    for url in [*own, *page.feeds, *([] if own or page.feeds else common_feed_urls(page.url))]:
        got = ask(url)
        try:
            held = shared_sandbox().call(survey_feed, url, got) if got else _NO_FEED
        except ArchiveError:
            continue  # what is at a usual place for feeds need not be one
        if held.items:
            proposal.notes.append(f"feed of {held.items} items: {url}")
            return url, held
    return "", _NO_FEED


def _sitemaps(ask: Ask, url: str, proposal: Proposal) -> Iterator[str]:
    robots = ask(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/robots.txt")
    for sitemap in sitemap_urls(decode_body(robots) if robots else "", url):
        if ask(sitemap):
            proposal.notes.append(f"sitemap: {sitemap}")
            yield sitemap


def _found(page: SiteSurvey, **more: object) -> SourceProposal:
    parts = urlsplit(page.url)
    return SourceProposal(
        homepage=f"{parts.scheme}://{parts.netloc}/",
        publisher=page.publisher or parts.netloc.removeprefix("www."),
        languages=(page.lang or "und",),
        **more,  # type: ignore[arg-type]
    )


def read_with(proposal: Proposal, name: str) -> tuple[list[Reading], list[str]]:
    """Return what the proposed source reads in its own articles, and what it cannot read."""
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        path = Path(folder, f"{name}.toml")
        path.write_text(proposal.toml, encoding="utf-8")
        source = load_source(path)
    readings: list[Reading] = []
    problems: list[str] = []
    for fetched in proposal.articles:
        role = Role.LISTING if source.layouts[0].reads == "feed" else Role.PAGE
        said = read_in_sandbox(
            replace(fetched, capture=replace(fetched.capture, role=role)), source
        )
        found = said.listing or said.page
        readings += found.readings[:_TAUGHT]
        problems += [str(problem) for problem in found.problems[:_TAUGHT]]
    return readings, problems


def write_source(context: Context, name: str, proposal: Proposal) -> Path:
    """Write the proposed source and return where; SourceError where one of that name is there."""
    path = context.home.sources / f"{name}.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(proposal.toml)
    except FileExistsError as error:
        raise SourceError(f"{path}: expected no source of this name yet (try --name)") from error
    return path
