"""The dates that a page prints: with a label, or near its title in an element that is for dates.

A date labelled as of a change ("Last updated") is of a change, wherever it stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from scrapers.extract.any_page.page_metadata import declared_title
from scrapers.extract.page_dates.date_labels import (
    BYLINE,
    ENTRY_LABEL,
    MODIFIED_LABEL,
    OTHER_LABEL,
    PUBLISHED_LABEL,
)
from scrapers.extract.page_dates.other_dates import MAX_BLOCK, YEAR, OtherDates, is_in_date_class
from scrapers.extract.page_dates.page_regions import HEADINGS, PageRegions, classes_of, text_of
from scrapers.extract.page_dates.unknown_label import has_unknown_label

_CHANGE_CLASS = re.compile(r"updat|modif|revis", re.IGNORECASE)
# Of a date inside a block; "updated" alone is what themes call any date of an entry.
_CHANGE_STAMP_CLASS = re.compile(
    r"[a-z][_-]?(?:updat|modif|revis)|(?:update|modif|revis)\w*[_-]?[a-z]*(?:date|time)|modified",
    re.IGNORECASE,
)
_PUBLISHED_CLASS = re.compile(r"publi|posted|pubdate|entry-date", re.IGNORECASE)
_MAX_LABEL = 40  # characters of an element that labels the next one
_MAX_WORDS = 17
_CJK_SENTENCE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{12}")
_MAX_LETTERS_BESIDE = 40
_MAX_HEADINGS = 200
_WORDS_OF_A_SENTENCE = 2
_DATE_HEADING = 60  # characters of a heading that is a date
_MAX_ENTRY_LABEL = 600  # characters of sentences that begin "This entry was posted"
_ENTRY_DATE = re.compile(rf"(?:{ENTRY_LABEL.pattern}).{{0,80}}?(?<!\d)(?:19|20)\d\d", re.IGNORECASE)
_WORDS_BEFORE_A_LABEL = 12  # characters, at most: "This was first"
_SMALL_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_A-ZÄÖÜ]{2,}(?![^\W\d_])")
_SMALL_WORDS_OF_A_SENTENCE = 3
_NUMBERS = re.compile(r"\d+")
_NUMBERS_OF_TWO_DATES = 3  # at least: 1 March, updated 5 March 2024
_APART = frozenset({"span", "a", "time", "abbr"})
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
    is_for_dates: bool = False  # it stands in an element whose class says that it is a date


@dataclass(frozen=True, slots=True)
class PrintedDates:
    """The dates that a page prints, the surest first."""

    labelled: tuple[StatedDate, ...]
    near_title: tuple[StatedDate, ...]
    modified: tuple[StatedDate, ...]


def printed_dates(regions: PageRegions) -> PrintedDates:
    """Return the dates that are labelled, those near the title, and those of a change."""
    title = _title_element(regions)
    others = OtherDates(regions, title)
    labelled: list[StatedDate] = []
    closing: list[StatedDate] = []  # labelled, after the text
    near: list[tuple[int, int, StatedDate]] = []
    after: list[tuple[int, int, StatedDate]] = []  # near the title, after the text
    changed: list[StatedDate] = []
    for block in _date_blocks(regions, title):
        if others.is_of_other_article(block):
            continue
        distance = _distance(regions, block, title)
        is_of_others = others.are_in(block)
        is_of_change = _is_of_change(block)
        for part, is_time in _parts(block):
            label = part.beside or part.printed
            if is_of_change or MODIFIED_LABEL.search(label):
                changed.append(part)
            elif ENTRY_LABEL.search(label) or PUBLISHED_LABEL.search(label):
                if ENTRY_LABEL.search(label) or not _is_labelled_sentence(block):
                    (closing if others.is_far_in_text(block) else labelled).append(part)
            elif distance is None or is_of_others or _is_in_sentence(label):
                continue
            elif others.is_after_text(block) and len(_NUMBERS.findall(label)) == 1:
                continue  # a month: of an archive
            elif OTHER_LABEL.search(label):
                is_of_others = True  # as are the dates after it in the same block
            else:
                is_for_dates = is_in_date_class(block)
                stands_for_itself = _is_only_date(label) and not has_unknown_label(label)
                if is_time or is_for_dates or BYLINE.search(label) or stands_for_itself:
                    is_published = bool(_PUBLISHED_CLASS.search(classes_of(block)))
                    part = replace(part, is_for_dates=is_for_dates)
                    ranked = after if others.is_after_text(block) else near
                    ranked.append((0 if is_published else 1, distance, part))
    return PrintedDates(
        tuple(labelled),
        (*_nearest(near), *_if_one(closing), *_if_one(_nearest(after))),
        tuple(changed),
    )


def _nearest(ranked: list[tuple[int, int, StatedDate]]) -> list[StatedDate]:
    """Return dates by their distance from the title; of many, those beside it."""
    ranked = sorted(ranked, key=lambda item: item[:2])
    if len({part.printed for *_, part in ranked}) >= _LIST_OF_DATES:
        ranked = [item for item in ranked if item[1] <= _BESIDE_TITLE]
    return [part for *_, part in ranked]


def _if_one(parts: list[StatedDate]) -> list[StatedDate]:
    """Return dates if all are one; several after the text are of comments or of other pages."""
    return parts if len({part.printed for part in parts}) == 1 else []


def _is_labelled_sentence(block: HtmlElement) -> bool:
    """Say whether the label of a date is in a sentence about something else.

    "The report was published on 3 May 2024." is one; "Published on 3 May 2024." is not.
    """
    sentence = re.split(r"[.!?|•:;–—]\s+", text_of(block).strip())[0] if block.tag == "p" else ""
    label = PUBLISHED_LABEL.search(sentence)
    if label is None or label.start() <= _WORDS_BEFORE_A_LABEL:
        return False
    is_whole = text_of(block).rstrip().endswith((".", "!", "?"))
    return is_whole and len(_SMALL_WORD.findall(sentence)) >= _SMALL_WORDS_OF_A_SENTENCE


def _is_of_change(block: HtmlElement) -> bool:
    """Say whether a block, or all stamps in it, have a class that says that they are of changes."""
    if _CHANGE_CLASS.search(classes_of(block)):
        return True
    stamps = list(block.iter("time", "abbr")) or [
        child for child in block if isinstance(child.tag, str) and _has_digit(text_of(child))
    ]
    return bool(stamps) and all(_has_class_of_change(classes_of(stamp)) for stamp in stamps)


def _has_class_of_change(classes: str) -> bool:
    return bool(_CHANGE_STAMP_CLASS.search(classes)) and not _PUBLISHED_CLASS.search(classes)


def stated_by(element: HtmlElement) -> StatedDate:
    """Return the date of an element: its machine-readable value and what it prints."""
    stamp = element.get("content") or element.get("datetime") or ""
    text = text_of(element)
    return StatedDate(stamp or text, "time", text)


def _is_in_sentence(text: str) -> bool:
    """Say whether words of a sentence follow the year: "On 3 May 2024 he was taken away"."""
    after = re.split(r"(?:19|20)\d\d(?!\d)", text)[-1] if YEAR.search(text) else ""
    return len(re.findall(r"(?<![^\W\d_])[^\W\d_A-Z]{2,}", after)) >= _WORDS_OF_A_SENTENCE and (
        text.rstrip().endswith((".", "!", "?", ":", "।", "۔"))
    )


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
    page_title = declared_title(root)
    named = [h for h in headings if len(texts[h]) > 5 and texts[h] in page_title]
    first = [h for h in headings if h.tag == "h1" and texts[h]]
    ranked = [*(h for h in named if h.tag == "h1"), *first, *named]
    if not ranked and len([h for h in headings if h.find(".//a[@href]") is not None]) > 1:
        return None  # a list of other pages
    return next(iter([*ranked, *headings]), None)


def _date_blocks(regions: PageRegions, title: HtmlElement | None) -> Iterator[HtmlElement]:
    """Yield the outermost short elements with a digit, outside what belongs to other pages.

    Of headings, one that has a class for dates, unless there are several.
    """
    headings = [
        heading
        for heading in regions.root.iter(*HEADINGS)
        if heading is not title
        and 0 < regions.size(heading) <= _DATE_HEADING
        and is_in_date_class(heading)
        and YEAR.search(text_of(heading))
    ]
    own_heading = headings[0] if len(headings) == 1 else None
    pending = list(regions.root.iter("body"))[:1] or [regions.root]
    while pending:
        element = pending.pop()
        if not isinstance(element.tag, str) or not regions.has_digits(element):
            continue
        if regions.is_elsewhere(element):
            continue
        if regions.size(element) <= MAX_BLOCK and not regions.has_structure(element):
            if _has_date_elsewhere(regions, element):
                pending.extend(reversed(list(element)))
            else:
                yield element
        elif element is own_heading or _is_entry_label(regions, element):
            yield element
        elif element.tag not in HEADINGS:
            pending.extend(reversed(list(element)))


def _has_date_elsewhere(regions: PageRegions, element: HtmlElement) -> bool:
    """Say whether a part of an element, which is none of the page's own text, has a year."""
    return any(
        isinstance(inner.tag, str) and regions.is_elsewhere(inner) and YEAR.search(text_of(inner))
        for inner in element.iterdescendants()
    )


def _is_entry_label(regions: PageRegions, element: HtmlElement) -> bool:
    """Say whether an element says in sentences when its entry was posted."""
    is_short = regions.size(element) <= _MAX_ENTRY_LABEL and not regions.has_structure(element)
    return is_short and bool(ENTRY_LABEL.search(text_of(element)))


def _parts(block: HtmlElement) -> Iterator[tuple[StatedDate, bool]]:
    """Yield the dates of a block, each with its label, and whether it is of a time element."""
    times = [
        element for element in block.iter("time") if element.get("datetime") or text_of(element)
    ]
    if len(times) == 1 or (times and not text_of(block)):
        date = stated_by(times[0])
        yield StatedDate(date.printed, "time", _spaced_text(block)), True
        return
    for time in times:
        label = f"{_before(time)} {text_of(time)}"
        yield StatedDate(stated_by(time).printed, "time", label), True
    if not times and (entry := _ENTRY_DATE.search(text_of(block))):
        yield StatedDate(entry[0], "text"), False
    elif not times:
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
    if len(_NUMBERS.findall(text)) < _NUMBERS_OF_TWO_DATES:
        return [text]
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


def _is_only_date(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    return len(words) <= 4 and sum(map(len, words)) <= _MAX_LETTERS_BESIDE


def _lines(element: HtmlElement) -> str:
    """Return the text of an element, a line for each of its children that are blocks.

    Between spans that style sheets place apart, a space parts two words.
    """
    text = ""
    for piece in element.iter():
        if piece.tag in {"br", "p", "div", "li", "dt", "dd", "td", "tr"}:
            text += "\n"
        if isinstance(piece.tag, str) and piece.text:
            text = _joined(text, piece.text) if piece.tag in _APART else text + piece.text
        if piece is not element and piece.tail:
            text = _joined(text, piece.tail) if piece.tag in _APART else text + piece.tail
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def _joined(before: str, after: str) -> str:
    return f"{before} {after}" if before[-1:].isalnum() and after[:1].isalnum() else before + after


def _spaced_text(element: HtmlElement) -> str:
    return " ".join(_lines(element).split())
