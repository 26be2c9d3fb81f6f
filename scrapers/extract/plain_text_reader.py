"""Read a page of plain text, such as a press release in a .txt file, without a layout."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from archive.models import Reading
from scrapers.extract.language_variants import LANGUAGE_TAG
from scrapers.parse.html.text_lines import clean_characters
from scrapers.parse.parser_limits import HTML_LIMITS, check_text, prepare_for_lxml

READER = "plain-text/1"
_MIN_WORDS = 8
_MIN_LETTERS = 0.6  # of the characters that are no white space
_MAX_TITLE_CHARACTERS = 200
_MIN_WRAPPED_CHARACTERS = 50  # a line of a paragraph that was broken at a fixed width
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।](?:[\s\"'”’»)\]]|\Z)")
_KEYED_LINE = re.compile(r"[\w-]{2,30}:\s*\S*\s*\Z|[\w.-]+(?:,\s*[\w.-]+){2,}")


def read_plain_text(url: str, text: str, language: str = "") -> Reading | None:
    """Read a text as a statement, whose first line is its title; None for one without sentences.

    `language` is the value of the header Content-Language. LimitError where the text is too large.
    """
    check_text(text, HTML_LIMITS)
    lines = list(_paragraphs(text))
    if not _is_prose(lines):
        return None
    title = lines[0]
    if len(lines) > 1 and len(title) <= _MAX_TITLE_CHARACTERS:
        lines = lines[1:]
    host = urlsplit(url).hostname or url
    return Reading(
        identifier=url,
        url=url,
        title=_shorten(title),
        text="\n".join(lines),
        issuer=host,
        publisher=host,
        lang=language if LANGUAGE_TAG.fullmatch(language) else "und",
        kind="page",
        reader=READER,
    )


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text, one line each.

    Lines of a fixed width are joined where blank lines part the paragraphs; else each line is one.
    """
    text = clean_characters(prepare_for_lxml(text.replace("\f", "\n\n")))
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [" ".join(line.split()) for line in block.split("\n")]
        lines = [line for line in lines if line]
        if lines and all(len(line) >= _MIN_WRAPPED_CHARACTERS for line in lines[:-1]):
            yield " ".join(lines)
        else:
            yield from lines


def _is_prose(lines: list[str]) -> bool:
    """Return whether `lines` have sentences: robots.txt, a table or a script's output have none."""
    text = " ".join(lines)
    letters = sum(character.isalpha() for character in text)
    keyed = sum(1 for line in lines if _KEYED_LINE.fullmatch(line))
    words = len(_WORD.findall(text)) >= _MIN_WORDS or letters > len(text) / 2 > 2 * _MIN_WORDS
    return (
        words
        and letters >= _MIN_LETTERS * len("".join(text.split()))
        and 2 * keyed < len(lines)
        and _SENTENCE_END.search(text) is not None
    )


def _shorten(title: str) -> str:
    if len(title) <= _MAX_TITLE_CHARACTERS:
        return title
    return title[:_MAX_TITLE_CHARACTERS].rsplit(" ", 1)[0] + " …"
