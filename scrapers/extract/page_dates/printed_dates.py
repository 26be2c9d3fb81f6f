"""The dates that a page prints: with a label, or near its title in an element that is for dates.

A date labelled as of a change ("Last updated") is of a change, wherever it stands.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from scrapers.extract.page_dates.date_labels import MODIFIED_LABEL, OTHER_LABEL, PUBLISHED_LABEL
from scrapers.extract.page_dates.page_regions import HEADINGS, PageRegions, classes_of, text_of

_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datum|fecha|time|byline|dateline|pub|posted|submitted|created|meta)\w*"
    r"|[\s_-](?:info|infos|details|dt)(?:$|[\s_-])|date(?:$|[\s_-])|[a-z](?:Date|Time|Meta)\b"
)
_CHANGE_CLASS = re.compile(r"updat|modif|revis", re.IGNORECASE)
_PUBLISHED_CLASS = re.compile(r"publi|posted|pubdate|entry-date", re.IGNORECASE)
MAX_BLOCK = 200  # characters of an element that says no more than a date, its label, an author
_MAX_LABEL = 40  # characters of an element that labels the next one
_MAX_WORDS = 17
_CJK_SENTENCE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{12}")
_MAX_LETTERS_BESIDE = 40
_MAX_HEADINGS = 200
_RUNNING_TEXT = 100  # characters of a paragraph that is of the page's text
_WORDS_OF_A_TITLE = 3
_CJK_TITLE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{8}")
_ROWS_OF_A_LIST = 2
_WORDS_OF_A_SENTENCE = 2
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BEFORE_TITLE, _AFTER_TITLE = 30, 70  # elements in page order
_LIST_OF_DATES = 4  # different dates near the title that are those of a list,
_BESIDE_TITLE = 15  # unless the first stands this near
_PARTS = re.compile(
    r"\s*(?:[|•·■]|\n|\s[–—]\s(?=\D)(?!\w+\.?\s(?:de\s)?\d{4}(?!\d))"
    r"|[,;]?\s+(?=(?:last|first|originally)?\s*(?:updated|modified|published|posted)\b))\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date as a page states it: `read_from` is json-ld, meta, time or text."""

    printed: str
    read_from: str
    beside: str = ""  # the form that is printed for people, of a machine-readable one


@dataclass(frozen=True, slots=True)
class PrintedDates:
    """The dates that a page prints, the surest first."""

    labelled: tuple[StatedDate, ...]
    near_title: tuple[StatedDate, ...]
    modified: tuple[StatedDate, ...]


def printed_dates(regions: PageRegions) -> PrintedDates:
    """Return the dates that are labelled, those near the title, and those of a change."""
    title = _title_element(regions)
    labelled: list[StatedDate] = []
    near: list[tuple[int, int, StatedDate]] = []
    changed: list[StatedDate] = []
    tables = _tables_of_dates(regions)
    text_begins = _order_of_first_text(regions, title)
    for block in _date_blocks(regions):
        if title is not None and _is_of_other_article(regions, block, title):
            continue
        distance = _distance(regions, block, title)
        is_of_others = not tables.isdisjoint((block, *block.iter("table"))) or (
            0 <= text_begins < regions.order[block] and _is_beside_link(block)
        )
        for part, is_time in _parts(block):
            label = part.beside or part.printed
            if MODIFIED_LABEL.search(label) or _CHANGE_CLASS.search(classes_of(block)):
                changed.append(part)
            elif PUBLISHED_LABEL.search(label):
                labelled.append(part)
            elif OTHER_LABEL.search(label) or is_of_others or _is_in_sentence(label):
                continue
            elif distance is not None and (is_time or _is_for_dates(block) or _is_only_date(label)):
                is_published = bool(_PUBLISHED_CLASS.search(classes_of(block)))
                near.append((0 if is_published else 1, distance, part))
    near.sort(key=lambda item: item[:2])
    if len({part.printed for _, _, part in near}) >= _LIST_OF_DATES:
        near = [item for item in near if item[1] <= _BESIDE_TITLE]
    return PrintedDates(tuple(labelled), tuple(part for *_, part in near), tuple(changed))


def stated_by(element: HtmlElement) -> StatedDate:
    """Return the date of an element: its machine-readable value and what it prints."""
    stamp = element.get("content") or element.get("datetime") or ""
    text = text_of(element)
    return StatedDate(stamp or text, "time", text)


def _order_of_first_text(regions: PageRegions, title: HtmlElement | None) -> int:
    """Return the number of the first paragraph of running text after the title; -1 for none."""
    if title is None:
        return -1
    return next(
        (
            regions.order[element]
            for element in regions.root.iter("p")
            if regions.order[element] > regions.order[title]
            and regions.size(element) > _RUNNING_TEXT
            and not regions.is_elsewhere(element)
        ),
        -1,
    )


def _is_beside_link(block: HtmlElement) -> bool:
    """Say whether a block has a link of several words to another page, beside its date."""
    links = [a for a in block.iter("a") if not (a.get("href") or "#").startswith(("#", "mailto:"))]
    texts = [text_of(link) for link in links]
    return any(len(text.split()) >= _WORDS_OF_A_TITLE or _CJK_TITLE.search(text) for text in texts)


def _tables_of_dates(regions: PageRegions) -> set[HtmlElement]:
    """Return the tables without a heading of which several rows have years, and all in them."""
    rows: Counter[HtmlElement] = Counter()
    for row in regions.root.iter("tr"):
        table = next(islice(row.iterancestors("table"), 1), None)
        if table is not None and regions.size(row) <= MAX_BLOCK and _YEAR.search(text_of(row)):
            rows[table] += 1
    inside: set[HtmlElement] = set()
    for table, count in rows.items():
        if count >= _ROWS_OF_A_LIST and table not in inside and not regions.has_structure(table):
            inside.update(table.iter())
    return inside


def _is_in_sentence(text: str) -> bool:
    """Say whether words of a sentence follow the year: "On 3 May 2024 he was taken away"."""
    after = re.split(r"(?:19|20)\d\d(?!\d)", text)[-1] if _YEAR.search(text) else ""
    return len(re.findall(r"(?<![^\W\d_])[^\W\d_A-Z]{2,}", after)) >= _WORDS_OF_A_SENTENCE and (
        text.rstrip().endswith((".", "!", "?", ":", "।", "۔"))
    )


def _is_of_other_article(regions: PageRegions, block: HtmlElement, title: HtmlElement) -> bool:
    """Say whether a block is in an article element that is not the title's: a list of pages."""
    article = regions.article_of(block)
    return article is not None and regions.article_of(title) not in (None, article)


def _distance(regions: PageRegions, block: HtmlElement, title: HtmlElement | None) -> int | None:
    """Return how far a block is from the title; None where that is too far, or not known."""
    if title is None:
        return None
    after = regions.order[block] - regions.order[title]
    if after >= 0:
        return after if after <= _AFTER_TITLE else None
    return 2 * -after if -after <= _BEFORE_TITLE else None


def _title_element(regions: PageRegions) -> HtmlElement | None:
    """Return the heading that is the page's title: one that the title element has, or an h1."""
    root = regions.root
    headings = [h for h in root.iter(*HEADINGS) if not regions.is_elsewhere(h)][:_MAX_HEADINGS]
    texts = {heading: text_of(heading).casefold() for heading in headings}
    titles = root.xpath("//meta[@property='og:title']/@content | //head/title/text()")
    page_title = " ".join(" ".join(map(str, titles)).split()).casefold()
    named = [h for h in headings if len(texts[h]) > 5 and texts[h] in page_title]
    first = [h for h in headings if h.tag == "h1" and texts[h]]
    ranked = [*(h for h in named if h.tag == "h1"), *first, *named, *headings]
    return next(iter(ranked), None)


def _date_blocks(regions: PageRegions) -> Iterator[HtmlElement]:
    """Yield the outermost short elements with a digit, outside what belongs to other pages."""
    pending = list(regions.root.iter("body"))[:1] or [regions.root]
    while pending:
        element = pending.pop()
        if not isinstance(element.tag, str) or not regions.has_digits(element):
            continue
        if regions.is_elsewhere(element):
            continue
        if regions.size(element) <= MAX_BLOCK and not regions.has_structure(element):
            yield element
        elif element.tag not in HEADINGS:
            pending.extend(reversed(list(element)))


def _parts(block: HtmlElement) -> Iterator[tuple[StatedDate, bool]]:
    """Yield the dates of a block, each with its label, and whether it is of a time element."""
    times = [
        element for element in block.iter("time") if element.get("datetime") or text_of(element)
    ]
    if len(times) == 1 or (times and not text_of(block)):
        date = stated_by(times[0])
        yield StatedDate(date.printed, "time", text_of(block)), True
        return
    for time in times:
        label = f"{_before(time)} {text_of(time)}"
        yield StatedDate(stated_by(time).printed, "time", label), True
    if not times:
        for part in _labelled_parts(block):
            if len(part.split()) <= _MAX_WORDS and not _CJK_SENTENCE.search(part):
                yield StatedDate(part, "text"), False


def _labelled_parts(block: HtmlElement) -> Iterator[str]:
    """Yield the parts of a block that have digits, each after the words without that precede it."""
    previous = block.getprevious()
    before = text_of(previous) if previous is not None and isinstance(previous.tag, str) else ""
    label = before if len(before) <= _MAX_LABEL and not _has_digit(before) else ""
    parts = (piece for line in _PARTS.split(_lines(block)) for piece in _split_at_labels(line))
    for part in filter(None, parts):
        if _has_digit(part):
            yield f"{label} {part}".strip() if _is_label(label) else part
            label = ""
        else:
            label = f"{label} {part}" if _is_label(label) else part


def _split_at_labels(text: str) -> list[str]:
    """Return the parts of "Published on 1 March 2024, last updated on 5 March 2024".

    A label that begins a part stands before its date: either the text begins with one, or a comma
    or a bracket is before it. Elsewhere it may be of the date before: 2024年3月4日更新.
    """
    labels = sorted(
        match.start()
        for label in (MODIFIED_LABEL, PUBLISHED_LABEL)
        for match in label.finditer(text)
    )
    begins_with_label = bool(labels) and not _has_digit(text[: labels[0]])
    starts = [0]
    for position in labels:
        is_first = begins_with_label or bool(re.search(r"[,;(/]\s*\w*\s*$", text[:position]))
        if is_first and _has_digit(text[starts[-1] : position]) and _has_digit(text[position:]):
            starts.append(position)
    return [text[i:j].strip(" ,;(/") for i, j in zip(starts, [*starts[1:], None], strict=True)]


def _is_label(text: str) -> bool:
    return any(label.search(text) for label in (MODIFIED_LABEL, PUBLISHED_LABEL, OTHER_LABEL))


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _before(time: HtmlElement) -> str:
    """Return the words just before an element, in its own parent."""
    previous = time.getprevious()
    words = (previous.tail if previous is not None else time.getparent().text) or ""
    return " ".join((words or (text_of(previous) if previous is not None else "")).split())


def _is_for_dates(element: HtmlElement) -> bool:
    inner = [element, *element.iterdescendants()][:6]
    return any(isinstance(e.tag, str) and _DATE_CLASS.search(classes_of(e)) for e in inner)


def _is_only_date(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    return len(words) <= 4 and sum(map(len, words)) <= _MAX_LETTERS_BESIDE


def _lines(element: HtmlElement) -> str:
    """Return the text of an element, a line for each of its children that are blocks."""
    parts = []
    for piece in element.iter():
        if piece.tag in {"br", "p", "div", "li", "dt", "dd", "td", "tr"}:
            parts.append("\n")
        if isinstance(piece.tag, str) and piece.text:
            parts.append(piece.text)
        if piece is not element and piece.tail:
            parts.append(piece.tail)
    return "\n".join(" ".join(line.split()) for line in "".join(parts).split("\n"))
