"""Write a proposed source as TOML (docs/sources.md)."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapers.propose.learn_selectors import LearnedSelectors
from scrapers.propose.listing_candidates import LinkList


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProposal:
    """The survey of a publisher and the selectors learned from its pages."""

    homepage: str
    publisher: str
    languages: tuple[str, ...]
    pages: str  # regular expression; "" where the feed holds the texts
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    links: LinkList | None = None
    learned: LearnedSelectors | None = None  # None: each item of the feed holds its text
    texts: tuple[str, ...] = ()  # feed elements with the text


def to_toml(proposal: SourceProposal) -> str:
    """Return the source as TOML."""
    lines = [
        f"title = {_toml_string(proposal.publisher)}",
        f"publisher = {_toml_string(proposal.publisher)}",
        f"issuer = {_toml_string(proposal.publisher)}",
        f"homepage = {_toml_string(proposal.homepage)}",
        f"languages = [{', '.join(map(_toml_string, proposal.languages))}]",
        'licence = "unknown: say what may be done with the texts"',
    ]
    if proposal.pages:
        lines.append(f"pages = {_toml_literal(proposal.pages)}")
    lines += _listing(proposal)
    lines += ["", "[[layouts]]", "version = 1"]
    lines += _page_layout(proposal.learned) if proposal.learned else _feed_layout(proposal)
    return "\n".join(lines) + "\n"


def _listing(proposal: SourceProposal) -> list[str]:
    if proposal.feeds:
        return [
            "",
            "[[listings]]",
            'way = "feed"',
            f"urls = [{', '.join(map(_toml_string, proposal.feeds))}]",
        ]
    if proposal.links:
        urls = f"urls = [{_toml_string(proposal.homepage)}]"
        return [
            "",
            "[[listings]]",
            'way = "listing"',
            urls,
            f"items = {_toml_string(proposal.links.items)}",
        ]
    if proposal.sitemaps:
        urls = f"urls = [{', '.join(map(_toml_string, proposal.sitemaps))}]"
        return ["", "[[listings]]", 'way = "sitemap"', urls]
    return []


def _page_layout(learned: LearnedSelectors) -> list[str]:
    rules = learned.rules
    lines = ['reads = "html"']
    identity = rules.get("identity")
    url_rule = "{ select = \"@url\", pattern = '://[^/]+/(.+)' }"
    lines.append(f"identity = {_toml_string(identity) if identity else url_rule}")
    lines += [
        f"{name} = {_toml_string(rules[name])}" for name in ("title", "text") if name in rules
    ]
    if learned.drop:
        lines.append(f"drop = [{', '.join(map(_toml_string, learned.drop))}]")
    if "issued" in rules:
        lines.append(f"issued = {_toml_string(rules['issued'])}")
    if "speakers" in rules:
        lines.append(f'speakers = {{ select = {_toml_string(rules["speakers"])}, match = "any" }}')
    lines.append('lang = { select = ":root @lang", match = "optional" }')
    if "translations" in rules:
        select = _toml_string(rules["translations"])
        lines.append(f'translations = {{ select = {select}, lang = "@hreflang", url = "@href" }}')
    return lines


def _feed_layout(proposal: SourceProposal) -> list[str]:
    return [
        'reads = "feed"',
        'identity = [{ select = "guid", match = "optional" }, { select = "@link" }]',
        'title = "title"',
        f"text = [{', '.join(map(_toml_string, proposal.texts))}]",
        'issued = [{ select = "pubDate", match = "optional" }, '
        '{ select = "published", match = "optional" }, { select = "dc:date", match = "optional" }]',
        'url = [{ select = "@link", match = "optional" }]',
    ]


def source_name(url: str) -> str:
    """Return a name for a source of the site at `url`: a–z, 0–9 and _."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    name = "".join(c if c.isascii() and c.isalnum() else "_" for c in host.lower())
    return name if name[:1].isalpha() else f"source_{name}"


def _toml_string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _toml_literal(value: str) -> str:
    return f"'{value}'" if "'" not in value else _toml_string(value)
