"""Propose a source for a publisher: survey the site, learn selectors, write TOML."""

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
from onrecord.collect.open_network import load_pacing, open_network
from onrecord.collect.open_replay import open_replay
from onrecord.collect.reading.sandboxed_read import read_in_sandbox
from onrecord.command_context import Context
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

_MAX_SAMPLES = 3  # articles to learn selectors from; readings and problems to show of each
_NO_FEED = FeedSurvey(items=0, links=(), texts=())

FetchPage = Callable[[str], FetchedResponse | None]


@dataclass(slots=True)
class Proposal:
    """A proposed source as TOML, the findings, and the article captures it was learned from."""

    notes: list[str] = field(default_factory=list)
    toml: str = ""
    articles: list[FetchedResponse] = field(default_factory=list)


def propose(context: Context, urls: Sequence[str], files: Sequence[Path]) -> Proposal:
    """Propose a source for the publisher whose page, or several of whose articles, are at `urls`.

    SourceError says what is missing where nothing can be proposed. The captures are stored anyway.
    """
    with open_page_fetcher(context, files) as fetch_page:
        return _propose_from(fetch_page, urls)


@contextmanager
def open_page_fetcher(context: Context, files: Sequence[Path]) -> Iterator[FetchPage]:
    """Yield a function that fetches an address: stored, logged and catalogued before it is read."""
    with open_for_writing(context) as (store, connection), context.home.replay_turn() as turn:

        def ingest_hops(hops: list[FetchedResponse]) -> FetchedResponse | None:
            ingest(connection, hops, None, RunStats())
            connection.commit()
            turn.give_way()
            last = hops[-1] if hops else None
            return last if last and last.capture.outcome is Outcome.OK else None

        if files:
            with open_replay(context, store, connection, files, turn) as replayed:

                def replay(url: str) -> FetchedResponse | None:
                    locations = replayed.lookup.find(url)
                    if not locations:
                        return None
                    return ingest_hops(
                        [replayed.store_record(locations[-1], source="", role=Role.REQUISITE)]
                    )

                yield replay
        else:
            with open_network(context, store, None, load_pacing(connection)) as fetcher:
                yield lambda url: ingest_hops(fetcher.fetch(url, source="", role=Role.REQUISITE))


def _propose_from(fetch_page: FetchPage, urls: Sequence[str]) -> Proposal:
    proposal = Proposal()
    first_response = fetch_page(urls[0])
    if first_response is None:
        raise SourceError(f"{urls[0]}: expected a page, found no good response")
    survey = shared_sandbox().call(survey_site, first_response)
    feed_url, feed = _find_feed(fetch_page, survey, proposal)
    if feed.texts:
        proposal.notes.append(f"the feed holds the whole text, in {', '.join(feed.texts)}")
        source_proposal = _source_proposal(survey, feeds=(feed_url,), texts=feed.texts, pages="")
        proposal.toml, proposal.articles = (
            to_toml(source_proposal),
            [fetch_page(feed_url) or first_response],
        )
        return proposal
    links = survey.links
    if links:
        proposal.notes.append(f"{len(links.urls)} links marked up alike: {links.items}")
    sitemaps = () if feed_url or links else tuple(_find_sitemaps(fetch_page, survey.url, proposal))
    listed_urls = list(feed.links or (links.urls if links else ()))
    article_urls = list(urls) if len(urls) > 1 else listed_urls
    responses = [response for url in article_urls[:_MAX_SAMPLES] if (response := fetch_page(url))]
    selectors = _learn_selectors(responses, article_urls, proposal)
    pages = url_pattern([response.capture.url for response in responses])
    source_proposal = _source_proposal(
        survey,
        feeds=(feed_url,) if feed_url else (),
        links=links if len(urls) == 1 else None,
        sitemaps=sitemaps,
        pages=pages,
        learned=selectors,
    )
    proposal.toml, proposal.articles = to_toml(source_proposal), responses
    return proposal


def _learn_selectors(
    responses: Sequence[FetchedResponse], article_urls: Sequence[str], proposal: Proposal
) -> LearnedSelectors:
    """Return the selectors learned from the articles; SourceError says what is missing."""
    findings = "; ".join(proposal.notes) or "neither feed, sitemap, nor list of links"
    if len(responses) < 2:
        count = f"{len(responses)} of {len(article_urls)} named"
        raise SourceError(f"expected two articles to learn from, found {count} ({findings})")
    selectors = shared_sandbox().call(learn_from_articles, responses)
    for name, selector in selectors.rules.items():
        proposal.notes.append(f"{name}: {selector}")
    for name, reason in selectors.missing.items():
        proposal.notes.append(f"{name}: not found: {reason}")
    if missing := sorted({"title", "text"} & selectors.missing.keys()):
        raise SourceError(f"expected selectors, found none for: {', '.join(missing)} ({findings})")
    return selectors


def _find_feed(
    fetch_page: FetchPage, survey: SiteSurvey, proposal: Proposal
) -> tuple[str, FeedSurvey]:
    """Return the address and survey of the first feed that has items; "" and no items if none."""
    given_feeds = [] if survey.is_html else [survey.url]
    for url in [
        *given_feeds,
        *survey.feeds,
        *([] if given_feeds or survey.feeds else common_feed_urls(survey.url)),
    ]:
        response = fetch_page(url)
        try:
            feed = shared_sandbox().call(survey_feed, url, response) if response else _NO_FEED
        except ArchiveError:
            continue  # what is at a usual address for feeds need not be a feed
        if feed.items:
            proposal.notes.append(f"feed of {feed.items} items: {url}")
            return url, feed
    return "", _NO_FEED


def _find_sitemaps(fetch_page: FetchPage, url: str, proposal: Proposal) -> Iterator[str]:
    robots_txt = fetch_page(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/robots.txt")
    for sitemap in sitemap_urls(decode_body(robots_txt) if robots_txt else "", url):
        if fetch_page(sitemap):
            proposal.notes.append(f"sitemap: {sitemap}")
            yield sitemap


def _source_proposal(survey: SiteSurvey, **fields: object) -> SourceProposal:
    parts = urlsplit(survey.url)
    return SourceProposal(
        homepage=f"{parts.scheme}://{parts.netloc}/",
        publisher=survey.publisher or parts.netloc.removeprefix("www."),
        languages=(survey.lang or "und",),
        **fields,  # type: ignore[arg-type]
    )


def read_samples(proposal: Proposal, name: str) -> tuple[list[Reading], list[str]]:
    """Return the readings and problems of the proposed source on its own articles."""
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        path = Path(folder, f"{name}.toml")
        path.write_text(proposal.toml, encoding="utf-8")
        source = load_source(path)
    readings: list[Reading] = []
    problems: list[str] = []
    for response in proposal.articles:
        role = Role.LISTING if source.layouts[0].reads == "feed" else Role.PAGE
        content = read_in_sandbox(
            replace(response, capture=replace(response.capture, role=role)), source
        )
        results = content.listing or content.page
        readings += results.readings[:_MAX_SAMPLES]
        problems += [str(problem) for problem in results.problems[:_MAX_SAMPLES]]
    return readings, problems


def write_source(context: Context, name: str, proposal: Proposal) -> Path:
    """Write the proposed source and return its path; SourceError where one of that name exists."""
    path = context.home.sources / f"{name}.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(proposal.toml)
    except FileExistsError as error:
        raise SourceError(f"{path}: expected no source of this name yet (try --name)") from error
    return path
