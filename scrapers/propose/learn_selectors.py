"""Learn how a publisher's pages read from two or three of them: selectors that hold on all.

What a page says is first read without knowing it (scrapers.extract.generic). Then elements are
sought that say the same on every page, and of their selectors the shortest is taken that names the
element and
nothing else. Pure: a proposal for a person to look at, never used unseen.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bs4.element import Tag

from archive.models import Reading
from scrapers.extract.dates import read_date
from scrapers.extract.generic import read_generic_page
from scrapers.parse.html import HtmlPage, split_selector
from scrapers.parse.text_lines import inline_text, text_of
from scrapers.propose.css_selectors import selectors_of

_SYMBOL = re.compile(r"[A-Z]{1,8}(?:/[A-Z0-9.()-]+)+")
_SPEAKER = re.compile(r"speaker|byline|author", re.IGNORECASE)
_CLUTTER = re.compile(
    r"share|social|related|newsletter|subscribe|breadcrumb|toolbar", re.IGNORECASE
)
_DATES = (
    "meta[property='article:published_time'] @content",
    "[itemprop=datePublished] @content",
    "[itemprop=datePublished] @datetime",
    "json-ld:datePublished",
    "meta[name='dcterms.date'] @content",
    "meta[name='DC.date'] @content",
)
_HOLDERS = "div, section, article, main, td"
_TRIED = 12  # elements of the first page
_SELECTORS = 24  # of each
_GOOD = 0.75  # of the words that the generic reader found
_LITTLE = 0.02  # a share of the words that is worth a second selector
_LABEL = 5  # words: a line of no more is a label
_SMALL = frozenset(
    {"time", "span", "p", "div", "td", "li", "strong", "em", "small", "h2", "h3", "h4"}
)
_DATE_LINE = 70  # characters
_NEAR = 60  # elements from the title


@dataclass(frozen=True, slots=True)
class LearnedSelectors:
    """What holds on all pages, by field; and what could not be found, with why."""

    rules: dict[str, str] = field(default_factory=dict)  # field → selector
    drop: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Sample:
    page: HtmlPage
    said: Reading


def learn_selectors(pages: Sequence[tuple[str, str]]) -> LearnedSelectors:
    """Return what holds on all of `pages` (address, markup); at least two are needed.

    FormatError or LimitError where one cannot be read at all.
    """
    samples = [
        _Sample(HtmlPage(url, markup), read_generic_page(url, markup)) for url, markup in pages
    ]
    rules: dict[str, str] = {}
    missing: dict[str, str] = {}
    title = _title(samples)
    found = {"title": title, "text": _text(samples), "issued": _issued(samples, title)}
    for name, selector in found.items():
        if selector:
            rules[name] = selector
        else:
            missing[name] = f"no selector gives it on all {len(samples)} pages"
    for name, selector in (("identity", _symbol(samples)), ("speakers", _speaker(samples))):
        if selector:
            rules[name] = selector
    if all(sample.page.select("link[rel=alternate][hreflang]") for sample in samples):
        rules["translations"] = "link[rel=alternate][hreflang]"
    drop = _clutter(samples, rules["text"]) if "text" in rules else ()
    return LearnedSelectors(rules, drop, missing)


def _holding(samples: Sequence[_Sample], tags: Iterable[Tag], holds: "Holds") -> str:
    """Return the best selector of `tags`, which are of the first page, that holds on all pages."""
    ranked = sorted(
        (number, place, selector)
        for place, tag in enumerate(tags)
        for number, selector in enumerate(selectors_of(tag))
    )
    for _, _, selector in ranked[:400]:
        if all(_one(sample, selector, holds) for sample in samples):
            return selector
    return ""


Holds = Callable[[_Sample, Tag], bool]


def _one(sample: _Sample, selector: str, holds: Holds) -> bool:
    found = sample.page.select(selector)
    return len(found) == 1 and holds(sample, found[0])


def _title(samples: Sequence[_Sample]) -> str:
    headings = samples[0].page.select("h1, h2, [itemprop=headline], [itemprop=name]")

    def is_title(sample: _Sample, tag: Tag) -> bool:
        said, title = _bare(inline_text(tag)), _bare(sample.said.title)
        return bool(said) and (said == title or (len(said) > 15 and (said in title)))

    tags = [tag for tag in headings if is_title(samples[0], tag)]
    return _holding(samples, tags, is_title)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def _text(samples: Sequence[_Sample]) -> str:
    """Return the selector that holds what the generic reader found, and as little else as it may.

    What that leaves out may stand in a second element: a summary above the text.
    """
    first = samples[0]
    wanted = _wanted(first.said)
    holders = [(_held(text_of([tag]), wanted), tag) for tag in first.page.select(_HOLDERS)]
    holders.sort(key=lambda each: (-each[0], len(each[1].get_text())))
    parts: dict[str, Tag] = {}  # one element of each name: a text may stand in many
    for held, tag in holders:
        if _LITTLE < held < _GOOD and (named := selectors_of(tag)):
            parts.setdefault(named[0], tag)
    some = list(parts.values())[:_TRIED]
    tried = _tried(samples, [*(tag for _, tag in holders[:_TRIED]), *some], "")
    pure = [each for each in tried if each.held - each.worth < _LITTLE]
    both = _tried(samples, some, max(pure).selector) if pure else []
    best = max(tried, default=None)
    pair = max(both, default=None)
    if best and pair and pair.worth > best.worth + _LITTLE:
        best = pair
    return best.selector if best and best.held >= _GOOD and best.worth > 0 else ""


@dataclass(frozen=True, slots=True, order=True)
class _Tried:
    """A selector and how good it is: of two as good, the one that says less, then the shorter."""

    worth: float
    fewer: int  # words said, negative
    rank: int  # its place among the selectors of its element, negative
    held: float
    selector: str


def _tried(samples: Sequence[_Sample], tags: Sequence[Tag], beside: str) -> list[_Tried]:
    """Return how good the selectors of `tags` are, each together with `beside`."""
    found: dict[str, _Tried] = {}
    for tag in tags:
        for rank, own in enumerate(selectors_of(tag)[:_SELECTORS]):
            selector = f"{beside}, {own}" if beside else own
            if selector not in found:
                found[selector] = _score(samples, selector, rank)
    return list(found.values())


def _score(samples: Sequence[_Sample], selector: str, rank: int) -> _Tried:
    """Return how good a selector is on the worst page.

    That is the share of the wanted words that it holds, less half of what it says beside them.
    """
    scores, words = [], 0
    for sample in samples:
        text = sample.page.text([selector]) or ""
        held, said = _held(text, _wanted(sample.said)), len(text.split())
        more = said / max(1, len(sample.said.text.split())) - held
        scores.append((held - max(0.0, more) / 2, held))
        words += said
    worth, held = min(scores)
    return _Tried(round(worth * 40) / 40, -words, -rank, held, selector)


def _wanted(said: Reading) -> list[str]:
    """Return the lines that are sentences: neither labels nor the title again."""
    title = _bare(said.title)
    lines = (line for line in said.text.split("\n") if len(line.split()) > _LABEL)
    return [line for line in lines if title not in _bare(line) and _bare(line) not in title]


def _held(text: str, wanted: Sequence[str]) -> float:
    """Return the share of the words of `wanted` that stand in lines of `text`."""
    said = _bare(text)
    held = sum(len(line.split()) for line in wanted if _bare(line) in said)
    return held / (sum(len(line.split()) for line in wanted) or 1)


def _issued(samples: Sequence[_Sample], title: str) -> str:
    """Return what prints the day beside the title, else what says it to machines."""
    near = _after_title(samples[0].page, title)

    def has_time(sample: _Sample, tag: Tag) -> bool:
        return tag.get("datetime") is not None and _fits(sample, str(tag["datetime"]))

    def has_text(sample: _Sample, tag: Tag) -> bool:
        return _fits(sample, inline_text(tag))

    for tag in near:
        if has_time(samples[0], tag) and (selector := _holding(samples, [tag], has_time)):
            return f"{selector} @datetime"
        if has_text(samples[0], tag) and (selector := _holding(samples, [tag], has_text)):
            return selector
    for selector in _DATES:
        if all(_dates(sample, selector) for sample in samples):
            return selector
    return ""


def _after_title(page: HtmlPage, title: str) -> list[Tag]:
    """Return small elements in the order of their distance from the title."""
    every = [tag for tag in page.root.find_all(True) if isinstance(tag, Tag)]
    heading = page.select(title)[:1] if title else []
    places = {id(tag): place for place, tag in enumerate(every)}
    start = places[id(heading[0])] if heading else 0
    small = [tag for tag in every if tag.name in _SMALL and len(tag.get_text()) < _DATE_LINE]
    near = sorted(small, key=lambda tag: abs(places[id(tag)] - start))
    return [tag for tag in near if abs(places[id(tag)] - start) < _NEAR]


def _dates(sample: _Sample, selector: str) -> bool:
    found = [value for value in sample.page.values(selector) if value]
    return len(found) == 1 and _fits(sample, found[0])


def _fits(sample: _Sample, printed: str) -> bool:
    """Say whether a short text is a date, and the page's own where that is known."""
    value = read_date(printed) if 4 < len(printed) <= 60 else None
    if value is None or len(value) < 10:
        return False
    issued = sample.said.issued
    sure = issued is not None and len(issued.value) >= 10 and "guess" not in issued.read_from
    return not sure or issued is None or abs(_day(value) - _day(issued.value)) <= 1


def _day(value: str) -> int:
    from datetime import date

    return date.fromisoformat(value[:10]).toordinal()


def _symbol(samples: Sequence[_Sample]) -> str:
    def is_symbol(_: _Sample, tag: Tag) -> bool:
        return _SYMBOL.fullmatch(inline_text(tag)) is not None

    small = samples[0].page.select("span, div, p, strong, td, li")
    tags = [tag for tag in small if len(tag.get_text()) < 60 and is_symbol(samples[0], tag)]
    selector = _holding(samples, tags, is_symbol)
    said = {sample.page.values(selector)[0] for sample in samples} if selector else set()
    return selector if len(said) == len(samples) else ""  # the same on two pages names neither


def _speaker(samples: Sequence[_Sample]) -> str:
    def is_name(_: _Sample, tag: Tag) -> bool:
        named = f"{tag.get('class')} {tag.get('id')} {tag.get('itemprop')}"
        return 3 < len(inline_text(tag)) < 80 and _SPEAKER.search(named) is not None

    tags = [
        tag for tag in samples[0].page.select("[class], [itemprop]") if is_name(samples[0], tag)
    ]
    return _holding(samples, tags, is_name)


def _clutter(samples: Sequence[_Sample], text: str) -> tuple[str, ...]:
    """Return what stands inside the text on some page and is called what no text is called."""
    found: dict[str, None] = {}
    for sample in samples:
        for tag in sample.page.select(f"{split_selector(text)[0]} [class]"):
            for name in tag.get_attribute_list("class"):
                said = inline_text(tag)
                if name and _CLUTTER.search(name) and said and said not in sample.said.text:
                    found[f".{name}"] = None
    return tuple(found)
