"""Learn CSS selectors for a publisher's pages from two or three samples.

Each sample is first read by the generic reader (scrapers.extract.generic_reader). Then elements
with the same content are sought on every page, and the shortest selector is chosen that matches
the element and no other. The result is a proposal for a person to review, never used unseen.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bs4.element import Tag

from archive.models import Reading
from scrapers.extract.dates import read_date
from scrapers.extract.generic_reader import read_generic_page
from scrapers.extract.guessed_date import GUESSED_BY_HTMLDATE
from scrapers.parse.html.html_page import HtmlPage, split_selector
from scrapers.parse.html.soup_text import block_text, inline_text
from scrapers.propose.css_selectors import candidate_selectors

_SYMBOL = re.compile(r"[A-Z]{1,8}(?:/[A-Z0-9.()-]+)+")
_SPEAKER_NAME = re.compile(r"speaker|byline|author", re.IGNORECASE)
_CLUTTER_CLASS = re.compile(
    r"share|social|related|newsletter|subscribe|breadcrumb|toolbar", re.IGNORECASE
)
_DATE_SELECTORS = (
    "meta[property='article:published_time'] @content",
    "[itemprop=datePublished] @content",
    "[itemprop=datePublished] @datetime",
    "json-ld:datePublished",
    "meta[name='dcterms.date'] @content",
    "meta[name='DC.date'] @content",
)
_TEXT_CONTAINERS = "div, section, article, main, td"
_MAX_ELEMENTS = 12  # elements of the first page
_MAX_SELECTORS = 24  # of each
_MIN_RECALL = 0.75  # of the words that the generic reader found
_MIN_GAIN = 0.02  # a share of the words that is worth a second selector
_MAX_LABEL_WORDS = 5  # words: a line of no more is a label
_DATE_ELEMENTS = frozenset(
    {"time", "span", "p", "div", "td", "li", "strong", "em", "small", "h2", "h3", "h4"}
)
_MAX_DATE_CHARACTERS = 70  # characters
_MAX_DISTANCE = 60  # elements from the title


@dataclass(frozen=True, slots=True)
class LearnedSelectors:
    """Selectors that fit all samples, by field; and fields without one, with the reason."""

    rules: dict[str, str] = field(default_factory=dict)  # field → selector
    drop: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Sample:
    page: HtmlPage
    reading: Reading


def learn_selectors(pages: Sequence[tuple[str, str]]) -> LearnedSelectors:
    """Return the selectors that fit all of `pages` (URL, markup); at least two are needed.

    FormatError or LimitError where a page cannot be read by the generic reader.
    """
    samples = [
        _Sample(HtmlPage(url, markup), read_generic_page(url, markup)) for url, markup in pages
    ]
    rules: dict[str, str] = {}
    missing: dict[str, str] = {}
    title = _title_selector(samples)
    selectors = {
        "title": title,
        "text": _text_selector(samples),
        "issued": _date_selector(samples, title),
    }
    for name, selector in selectors.items():
        if selector:
            rules[name] = selector
        else:
            missing[name] = f"no selector gives it on all {len(samples)} pages"
    for name, selector in (
        ("identity", _symbol_selector(samples)),
        ("speakers", _speaker_selector(samples)),
    ):
        if selector:
            rules[name] = selector
    if all(sample.page.select("link[rel=alternate][hreflang]") for sample in samples):
        rules["translations"] = "link[rel=alternate][hreflang]"
    drop = _clutter_selectors(samples, rules["text"]) if "text" in rules else ()
    return LearnedSelectors(rules, drop, missing)


def _best_selector(
    samples: Sequence[_Sample], tags: Iterable[Tag], predicate: "ElementPredicate"
) -> str:
    """Return the best selector of `tags`, from the first page, that fits all pages; "" for none."""
    ranked = sorted(
        (number, position, selector)
        for position, tag in enumerate(tags)
        for number, selector in enumerate(candidate_selectors(tag))
    )
    for _, _, selector in ranked[:400]:
        if all(_matches_one(sample, selector, predicate) for sample in samples):
            return selector
    return ""


ElementPredicate = Callable[[_Sample, Tag], bool]


def _matches_one(sample: _Sample, selector: str, predicate: ElementPredicate) -> bool:
    tags = sample.page.select(selector)
    return len(tags) == 1 and predicate(sample, tags[0])


def _title_selector(samples: Sequence[_Sample]) -> str:
    headings = samples[0].page.select("h1, h2, [itemprop=headline], [itemprop=name]")

    def is_title(sample: _Sample, tag: Tag) -> bool:
        tag_words, title = (
            _normalize_words(inline_text(tag)),
            _normalize_words(sample.reading.title),
        )
        return bool(tag_words) and (
            tag_words == title or (len(tag_words) > 15 and (tag_words in title))
        )

    tags = [tag for tag in headings if is_title(samples[0], tag)]
    return _best_selector(samples, tags, is_title)


def _normalize_words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def _text_selector(samples: Sequence[_Sample]) -> str:
    """Return the selector with the text of the generic reader, and the least other text.

    A second element may have the rest of the text, such as a summary above it.
    """
    first = samples[0]
    lines = _sentence_lines(first.reading)
    containers = [
        (_recall(block_text([tag]), lines), tag) for tag in first.page.select(_TEXT_CONTAINERS)
    ]
    containers.sort(key=lambda scored: (-scored[0], len(scored[1].get_text())))
    parts_by_name: dict[str, Tag] = {}  # one element for each selector: a text may have many
    for recall, tag in containers:
        if _MIN_GAIN < recall < _MIN_RECALL and (selectors := candidate_selectors(tag)):
            parts_by_name.setdefault(selectors[0], tag)
    part_tags = list(parts_by_name.values())[:_MAX_ELEMENTS]
    whole = _score_selectors(
        samples, [*(tag for _, tag in containers[:_MAX_ELEMENTS]), *part_tags], ""
    )
    precise = [scored for scored in whole if scored.recall - scored.worth < _MIN_GAIN]
    pairs = _score_selectors(samples, part_tags, max(precise).selector) if precise else []
    best = max(whole, default=None)
    pair = max(pairs, default=None)
    if best and pair and pair.worth > best.worth + _MIN_GAIN:
        best = pair
    return best.selector if best and best.recall >= _MIN_RECALL and best.worth > 0 else ""


@dataclass(frozen=True, slots=True, order=True)
class _ScoredSelector:
    """A selector and its score; ties are won by the one with fewer words, then the shorter."""

    worth: float
    negative_words: int  # minus the words of its text
    negative_rank: int  # minus its index among the selectors of its element
    recall: float
    selector: str


def _score_selectors(
    samples: Sequence[_Sample], tags: Sequence[Tag], companion: str
) -> list[_ScoredSelector]:
    """Score the selectors of `tags`, each combined with `companion` where that is not empty."""
    scores: dict[str, _ScoredSelector] = {}
    for tag in tags:
        for rank, simple in enumerate(candidate_selectors(tag)[:_MAX_SELECTORS]):
            selector = f"{companion}, {simple}" if companion else simple
            if selector not in scores:
                scores[selector] = _score(samples, selector, rank)
    return list(scores.values())


def _score(samples: Sequence[_Sample], selector: str, rank: int) -> _ScoredSelector:
    """Score a selector by its worst page.

    The score is its recall of the expected words, less half of the share of other words.
    """
    scores, words = [], 0
    for sample in samples:
        text = sample.page.text([selector]) or ""
        recall, word_count = _recall(text, _sentence_lines(sample.reading)), len(text.split())
        excess = word_count / max(1, len(sample.reading.text.split())) - recall
        scores.append((recall - max(0.0, excess) / 2, recall))
        words += word_count
    worth, recall = min(scores)
    return _ScoredSelector(round(worth * 40) / 40, -words, -rank, recall, selector)


def _sentence_lines(reading: Reading) -> list[str]:
    """Return the lines that are neither short labels nor the repeated title."""
    title = _normalize_words(reading.title)
    lines = (line for line in reading.text.split("\n") if len(line.split()) > _MAX_LABEL_WORDS)
    return [
        line
        for line in lines
        if title not in _normalize_words(line) and _normalize_words(line) not in title
    ]


def _recall(text: str, lines: Sequence[str]) -> float:
    """Return the share of the words of `lines` that `text` contains, line by line."""
    text_words = _normalize_words(text)
    found_words = sum(len(line.split()) for line in lines if _normalize_words(line) in text_words)
    return found_words / (sum(len(line.split()) for line in lines) or 1)


def _date_selector(samples: Sequence[_Sample], title: str) -> str:
    """Return the selector of the date printed near the title, else of a date in metadata."""
    nearby = _small_elements_near(samples[0].page, title)

    def has_time(sample: _Sample, tag: Tag) -> bool:
        return tag.get("datetime") is not None and _is_plausible_date(sample, str(tag["datetime"]))

    def has_text(sample: _Sample, tag: Tag) -> bool:
        return _is_plausible_date(sample, inline_text(tag))

    for tag in nearby:
        if has_time(samples[0], tag) and (selector := _best_selector(samples, [tag], has_time)):
            return f"{selector} @datetime"
        if has_text(samples[0], tag) and (selector := _best_selector(samples, [tag], has_text)):
            return selector
    for selector in _DATE_SELECTORS:
        if all(_selects_date(sample, selector) for sample in samples):
            return selector
    return ""


def _small_elements_near(page: HtmlPage, title: str) -> list[Tag]:
    """Return small elements near the title, nearest first."""
    tags = [tag for tag in page.root.find_all(True) if isinstance(tag, Tag)]
    heading = page.select(title)[:1] if title else []
    positions = {id(tag): position for position, tag in enumerate(tags)}
    start = positions[id(heading[0])] if heading else 0
    small = [
        tag
        for tag in tags
        if tag.name in _DATE_ELEMENTS and len(tag.get_text()) < _MAX_DATE_CHARACTERS
    ]
    nearest = sorted(small, key=lambda tag: abs(positions[id(tag)] - start))
    return [tag for tag in nearest if abs(positions[id(tag)] - start) < _MAX_DISTANCE]


def _selects_date(sample: _Sample, selector: str) -> bool:
    values = [value for value in sample.page.values(selector) if value]
    return len(values) == 1 and _is_plausible_date(sample, values[0])


def _is_plausible_date(sample: _Sample, printed: str) -> bool:
    """Return whether a short text is a date, within a day of the page's own if that is known."""
    value = read_date(printed) if 4 < len(printed) <= 60 else None
    if value is None or len(value) < 10:
        return False
    issued = sample.reading.issued
    is_certain = (
        issued is not None and len(issued.value) >= 10 and issued.read_from != GUESSED_BY_HTMLDATE
    )
    return (
        not is_certain or issued is None or abs(_day_number(value) - _day_number(issued.value)) <= 1
    )


def _day_number(value: str) -> int:
    from datetime import date

    return date.fromisoformat(value[:10]).toordinal()


def _symbol_selector(samples: Sequence[_Sample]) -> str:
    def is_symbol(_: _Sample, tag: Tag) -> bool:
        return _SYMBOL.fullmatch(inline_text(tag)) is not None

    small = samples[0].page.select("span, div, p, strong, td, li")
    tags = [tag for tag in small if len(tag.get_text()) < 60 and is_symbol(samples[0], tag)]
    selector = _best_selector(samples, tags, is_symbol)
    symbols = {sample.page.values(selector)[0] for sample in samples} if selector else set()
    return selector if len(symbols) == len(samples) else ""  # a symbol must differ on every page


def _speaker_selector(samples: Sequence[_Sample]) -> str:
    def is_name(_: _Sample, tag: Tag) -> bool:
        names = f"{tag.get('class')} {tag.get('id')} {tag.get('itemprop')}"
        return 3 < len(inline_text(tag)) < 80 and _SPEAKER_NAME.search(names) is not None

    tags = [
        tag for tag in samples[0].page.select("[class], [itemprop]") if is_name(samples[0], tag)
    ]
    return _best_selector(samples, tags, is_name)


def _clutter_selectors(samples: Sequence[_Sample], text: str) -> tuple[str, ...]:
    """Return selectors of elements inside the text whose class names mark boilerplate."""
    selectors: dict[str, None] = {}
    for sample in samples:
        for tag in sample.page.select(f"{split_selector(text)[0]} [class]"):
            for name in tag.get_attribute_list("class"):
                tag_text = inline_text(tag)
                if (
                    name
                    and _CLUTTER_CLASS.search(name)
                    and tag_text
                    and tag_text not in sample.reading.text
                ):
                    selectors[f".{name}"] = None
    return tuple(selectors)
