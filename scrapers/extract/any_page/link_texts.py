"""Recognise lines of a page that consist of links: menus, lists of other pages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from scrapers.parse.html.text_lines import BLOCK_ELEMENTS, INVISIBLE_ELEMENTS

_MAX_LINKS = 3000  # of a page
_MAX_LINK_WORDS = 40
_MAX_LINE_CHARACTERS = 400  # of a line that is links
_MAX_MENU_WORDS = 6  # of a link in a menu
_MIN_RUN = 3  # lines that are links, one after the other
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]]*\Z")
_LINE_ENDS = BLOCK_ELEMENTS | {"td", "th"}

Words = tuple[str, ...]


@dataclass(frozen=True)
class PageLinks:
    """The words of a page's links, and its lines that are links and nothing else."""

    texts: frozenset[Words] = frozenset()
    lines: Mapping[Words, int] = field(default_factory=dict)  # to the number of links

    @cached_property
    def lengths(self) -> Mapping[str, Sequence[int]]:
        """The numbers of words of the links that begin with a word, the greatest first."""
        lengths: dict[str, set[int]] = {}
        for words in self.texts:
            lengths.setdefault(words[0], set()).add(len(words))
        return {word: sorted(numbers, reverse=True) for word, numbers in lengths.items()}


def find_page_links(root: HtmlElement) -> PageLinks:
    """Return the links of a page; a line that stands elsewhere without a link is none."""
    known: dict[str, Words] = {}  # most links are a line of their own, too

    def words_of(text: str) -> Words:
        text = text.strip()
        if text not in known:
            known[text] = split_words(text)
        return known[text]

    texts = [words_of(element.text_content()) for element in islice(root.iter("a"), _MAX_LINKS)]
    lines: dict[Words, int] = {}
    for text, links in _lines(root):
        words = words_of(text)
        lines[words] = min(links, lines.get(words, links))
    return PageLinks(
        frozenset(words for words in texts if 0 < len(words) <= _MAX_LINK_WORDS),
        {words: links for words, links in lines.items() if links},
    )


def split_words(text: str) -> Words:
    """Return the words of `text` in lower case."""
    return tuple(_WORD.findall(text.casefold()))


def cover_by_links(words: Sequence[str], links: PageLinks) -> tuple[int, int]:
    """Return how many links `words` are made of, the longest first, and how many are in none."""
    count = outside = position = 0
    lengths = links.lengths
    while position < len(words):
        for length in lengths.get(words[position], ()):
            if tuple(words[position : position + length]) in links.texts:
                count += 1
                position += length
                break
        else:
            outside += 1
            position += 1
    return count, outside


def strip_link_lines(lines: Sequence[str], links: PageLinks) -> list[str]:
    """Return `lines` without menus, and without a list of links at either end.

    A menu is a line of several links, or several lines of a short one. A link that is a sentence
    is none of a menu.
    """
    counts = [0 if _SENTENCE_END.search(e) else links.lines.get(split_words(e), 0) for e in lines]
    kept: list[str] = []
    for start, end in _runs(counts):
        run = lines[start:end]
        if not counts[start]:
            kept += run
            continue
        is_menu = all(len(split_words(line)) <= _MAX_MENU_WORDS for line in run)
        is_list = len(run) >= _MIN_RUN and (is_menu or not kept or end == len(lines))
        if not is_list:
            kept += [
                line
                for line, n in zip(run, counts[start:end], strict=True)
                if not _is_menu(line, n)
            ]
    return kept


def _is_menu(line: str, links: int) -> bool:
    return links > 1 and len(split_words(line)) <= links * _MAX_MENU_WORDS


def _runs(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of lines that all are links, or all are not."""
    start = 0
    for end in range(1, len(counts) + 1):
        if end == len(counts) or bool(counts[end]) != bool(counts[start]):
            yield start, end
            start = end


def _lines(root: HtmlElement) -> Iterator[tuple[str, int]]:
    """Yield each short line, and of how many links it consists; 0 for other words.

    Lines end at blocks and cells.
    """
    pieces: list[str] = []
    links = inside = 0
    is_plain = False
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag
        if pieces and name in _LINE_ENDS:
            if sum(map(len, pieces)) <= _MAX_LINE_CHARACTERS:
                yield " ".join(pieces), 0 if is_plain else links
            pieces, links, is_plain = [], 0, False
        if event == "start":
            if name in INVISIBLE_ELEMENTS:
                walk.skip_subtree()
                continue
            inside += name == "a"
            text = element.text
        else:
            inside -= name == "a"
            text = element.tail
        if text and not text.isspace() and _WORD.search(text):
            pieces.append(text)
            is_plain = is_plain or not inside
            links += inside > 0
    if pieces:
        yield " ".join(pieces), 0 if is_plain else links
