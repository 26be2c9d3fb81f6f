"""Which dates in print are of something else than the page: its site, its files, other pages.

The header of a site prints the day of the request; cards and archives have dates of other pages.
"""

import re
from bisect import bisect
from collections import Counter
from itertools import islice

from lxml.html import HtmlElement

from scrapers.extract.page_dates.date_labels import BYLINE
from scrapers.extract.page_dates.page_regions import PageRegions, classes_of, text_of

MAX_BLOCK = 200  # characters of an element that says no more than a date, its label, an author
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datum|fecha|time|byline|dateline|pub|posted|submitted|created|meta|postmeta)\w*"
    r"|[\s_-](?:info|infos|details|dt)(?:$|[\s_-])|date(?:$|[\s_-])|[a-z](?:Date|Time|Meta)\b"
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|zip|mp3)(?:$|[?#])", re.IGNORECASE)
_WORDS_OF_A_TITLE = 3
_CJK_TITLE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{8}")
_ROWS_OF_A_LIST = 2
_WORDS_OF_A_CARD = 15  # characters of a link beside the date in it
_LINKS_OF_A_MENU = 4
_STEPS_TO_PAGE = 3  # elements between the title and what has both it and the site's header
_LONG_TEXT = 300  # characters of paragraphs
_RUNNING_TEXT = 100  # characters of a paragraph that is of the page's text


class OtherDates:
    """What is known of the dates of other things on one page, whose title is `title`."""

    def __init__(self, regions: PageRegions, title: HtmlElement | None) -> None:
        self._regions = regions
        self._title = title
        self._links = [regions.order[link] for link in regions.root.iter("a")]
        self._tables = _tables_of_dates(regions)
        self._text_begins, self._text_is_long = _orders_of_text(regions, title)

    def is_after_text(self, block: HtmlElement) -> bool:
        """Return whether a block is after the first paragraph of the page's text."""
        return 0 <= self._text_begins < self._regions.order[block]

    def is_far_in_text(self, block: HtmlElement) -> bool:
        """Return whether a block is after several sentences of the page's text."""
        return 0 <= self._text_is_long < self._regions.order[block]

    def is_of_other_article(self, block: HtmlElement) -> bool:
        """Return whether a block is in another article element than the title: a list of pages."""
        if self._title is None:
            return False
        article = self._regions.article_of(block)
        return article is not None and self._regions.article_of(self._title) not in (None, article)

    def are_in(self, block: HtmlElement) -> bool:
        """Return whether the dates of a block, if no label is with them, are of other things."""
        return (
            not self._tables.isdisjoint((block, *block.iter("table")))
            or _is_in_card(self._regions, block)
            or _is_of_file(block)
            or self._is_above_menu(block)
            or self._is_above_page(block)
            or (self.is_after_text(block) and _is_beside_link(block))
        )

    def _is_before_title(self, block: HtmlElement) -> bool:
        order = self._regions.order
        return self._title is not None and order[block] < order[self._title]

    def _is_above_menu(self, block: HtmlElement) -> bool:
        """Say whether a block is before the title, with a menu between."""
        if self._title is None or not self._is_before_title(block):
            return False
        order = self._regions.order
        between = bisect(self._links, order[self._title]) - bisect(self._links, order[block])
        return between >= _LINKS_OF_A_MENU

    def _is_above_page(self, block: HtmlElement) -> bool:
        """Say whether a block without a class for dates is far outside what has the title."""
        if self._title is None or not self._is_before_title(block) or is_in_date_class(block):
            return False
        above = set(block.iterancestors())
        for steps, ancestor in enumerate(self._title.iterancestors()):
            if ancestor in above:
                tags = {inner.tag for inner in (ancestor, *ancestor.iterancestors())}
                is_far = steps >= _STEPS_TO_PAGE and tags.isdisjoint({"main", "article"})
                return ancestor.tag == "body" or is_far
        return True


def is_in_date_class(element: HtmlElement) -> bool:
    """Return whether an element, or one of the first in it, has a class for dates."""
    inner = [element, *element.iterdescendants()][:6]
    return any(isinstance(e.tag, str) and _DATE_CLASS.search(classes_of(e)) for e in inner)


def _orders_of_text(regions: PageRegions, title: HtmlElement | None) -> tuple[int, int]:
    """Return the numbers of two paragraphs after the title: where running text begins, and is long.

    It begins with a long paragraph, or the second that is half as long; -1 for none.
    """
    begins, total = -1, 0
    for element in regions.root.iter("p"):
        if title is None or regions.order[element] <= regions.order[title]:
            continue
        size = regions.size(element)
        if size <= _RUNNING_TEXT // 2 or regions.is_elsewhere(element):
            continue
        if begins < 0 and (size > _RUNNING_TEXT or total):
            begins = regions.order[element]
        total += size
        if total > _LONG_TEXT:
            return begins, regions.order[element]
    return begins, -1


def _is_beside_link(block: HtmlElement) -> bool:
    """Say whether a block has a link to another page beside its date.

    In a block for dates, or after "By", several words are a title, few a category or a name.
    """
    links = [a for a in block.iter("a") if not (a.get("href") or "#").startswith(("#", "mailto:"))]
    texts = [text_of(link) for link in links]
    if (
        any(map(_is_word, texts))
        and not is_in_date_class(block)
        and not BYLINE.search(text_of(block))
    ):
        return True
    return any(len(text.split()) >= _WORDS_OF_A_TITLE or _CJK_TITLE.search(text) for text in texts)


def _is_word(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]", text)) and not YEAR.search(text)


def _is_of_file(block: HtmlElement) -> bool:
    """Say whether a date is in a link to a file: "Minutes of 12 May 2012"."""
    return any(
        _FILE.search(link.get("href") or "") and YEAR.search(text_of(link))
        for link in block.iter("a")
    )


def _tables_of_dates(regions: PageRegions) -> set[HtmlElement]:
    """Return the tables without a heading of which several rows have years, and all in them."""
    rows: Counter[HtmlElement] = Counter()
    for row in regions.root.iter("tr"):
        table = next(islice(row.iterancestors("table"), 1), None)
        if table is not None and regions.size(row) <= MAX_BLOCK and YEAR.search(text_of(row)):
            rows[table] += 1
    inside: set[HtmlElement] = set()
    for table, count in rows.items():
        if count >= _ROWS_OF_A_LIST and table not in inside and not regions.has_structure(table):
            inside.update(table.iter())
    return inside


def _is_in_card(regions: PageRegions, block: HtmlElement) -> bool:
    """Say whether a block is in a link that has more text than it: a card of another page."""
    link = next(islice(block.iterancestors("a"), 1), None)
    return (
        link is not None
        and bool(link.get("href"))
        and regions.size(link) > regions.size(block) + _WORDS_OF_A_CARD
    )
