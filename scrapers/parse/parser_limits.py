"""Check the size, depth and attributes of HTML, XML or JSON in linear time, before parsing.

Parsers take quadratic time for 300,000 attributes and silently give no text for 2,000 nested tags;
one scan of the text costs some milliseconds and refuses both.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from archive.errors import LimitError

# Possessive throughout, so time is linear and nothing is tried twice: a comment, CDATA or a script
# goes to its end, or to that of the markup.
_COMMENT = r"<!--(?:[^-]++|-(?!->))*+(?:-->)?+"
_CDATA = r"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+(?:\]\]>)?+"
# A quoted value may contain ">" and a data: URL of any length.
_TAG = re.compile(
    rf"{_COMMENT}|{_CDATA}"
    r"|<(?P<raw>script|style)\b[^>]*+>(?:[^<]++|<(?!/(?P=raw)\s*>))*+(?:</(?P=raw)\s*+>)?+"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)"
    r"(?P<rest>(?:[^<>=]++|=\s*(?:\"[^\"]*\"|'[^']*')|=)*+)>?",
    re.DOTALL | re.IGNORECASE,
)
# A string, also one without its end, or a bracket. Possessive, or a string would be tried twice.
_JSON_MARK = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)
_QUOTED_VALUE = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')")
_DOCTYPE = re.compile(rf"{_COMMENT}|{_CDATA}|(?P<found><!(?:DOCTYPE|ENTITY)\b)", re.IGNORECASE)
_MAY_BE_DOCTYPE = re.compile("<![DE]", re.IGNORECASE)
# Elements without an end tag, or that the next sibling closes: they do not add to the depth.
_UNNESTED_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "area base br col embed hr img input link meta param source track wbr"
        " p li dt dd td th tr tbody thead tfoot option optgroup rt rp colgroup",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParserLimits:
    """The largest document that is parsed."""

    characters: int = 5_000_000
    depth: int = 250
    tags: int = 100_000
    attributes: int = 1000  # of one tag
    tag: int = 65_536  # characters of one tag, without the values of its attributes


HTML_LIMITS = ParserLimits()
XML_LIMITS = ParserLimits(characters=64_000_000, depth=100, tags=5_000_000)
JSON_LIMITS = ParserLimits(characters=20_000_000, depth=100)


def check_html(markup: str, limits: ParserLimits = HTML_LIMITS) -> None:
    """Raise LimitError where `markup` is too large, nested too deep, or has too large a tag."""
    _check_size(markup, limits)
    _check_depth(markup, limits, _UNNESTED_ELEMENTS)


def check_xml(markup: str, limits: ParserLimits = XML_LIMITS) -> None:
    """Raise LimitError as `check_html` does, and for a DOCTYPE: no feed needs one."""
    _check_size(markup, limits)
    if _MAY_BE_DOCTYPE.search(markup) and any(
        match["found"] for match in _DOCTYPE.finditer(markup)
    ):
        raise LimitError(expected="no DOCTYPE", found="one")
    _check_depth(markup, limits, frozenset())


def check_json(text: str, limits: ParserLimits = JSON_LIMITS) -> None:
    """Raise LimitError where `text` is too large or nested too deep for a parser that recurses."""
    _check_size(text, limits)
    depth = deepest = 0
    for mark in _JSON_MARK.findall(text):
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    if deepest > limits.depth:
        raise LimitError(expected=f"at most {limits.depth} levels", found=str(deepest))


def check_text(text: str, limits: ParserLimits) -> None:
    """Raise LimitError where plain `text` is too large."""
    _check_size(text, limits)


def _check_size(text: str, limits: ParserLimits) -> None:
    if len(text) > limits.characters:
        raise LimitError(expected=f"at most {limits.characters} characters", found=str(len(text)))


def _check_depth(markup: str, limits: ParserLimits, unnested: frozenset[str]) -> None:
    tags, deepest, attributes = limits.tags, limits.depth, limits.attributes
    open_now: dict[str, int] = {}
    depth = 0
    for number, (_, end, name, rest) in enumerate(_tags(markup, limits)):
        if number >= tags:
            raise LimitError(expected=f"at most {tags} tags", found="more")
        if not name:
            continue
        if len(rest) > attributes:  # an attribute takes a character at least
            _check_attributes(rest, limits)
        if name in unnested or (name := name.lower()) in unnested:
            continue
        if end:
            if open_now.get(name):
                open_now[name] -= 1
                depth -= 1
        elif rest[-1:] != "/":
            open_now[name] = open_now.get(name, 0) + 1
            depth += 1
            if depth > deepest:
                raise LimitError(expected=f"at most {deepest} nested tags", found="more")


def _tags(markup: str, limits: ParserLimits) -> Iterable[tuple[str, str, str, str]]:
    """Return raw element, end mark, name and rest of each tag; at most one more than is allowed."""
    if markup.count("<") <= limits.tags:
        return _TAG.findall(markup)  # twice as fast
    return (match.groups("") for match in islice(_TAG.finditer(markup), limits.tags + 1))  # type: ignore[misc]


def _check_attributes(rest: str, limits: ParserLimits) -> None:
    bare = _QUOTED_VALUE.sub("= ", rest)
    if len(bare) > limits.tag:
        raise LimitError(expected=f"tags of at most {limits.tag} characters", found=str(len(bare)))
    if (attributes := len(bare.split())) > limits.attributes:
        raise LimitError(expected=f"at most {limits.attributes} attributes", found=str(attributes))


_WBR_TAG = re.compile(r"</?wbr\b[^<>]*>", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A[\s\ufeff]*<\?xml[^>]*>")
_SURROGATE = re.compile("[\ud800-\udfff]")


def prepare_for_lxml(markup: str) -> str:
    """Return `markup` without lone surrogates and without <wbr>, for lxml.

    lxml does not know that <wbr> is a void element, and puts all that follows inside it.
    """
    first, *rest = _WBR_TAG.split(replace_surrogates(markup))
    pieces = [first]
    for piece in rest:  # a line break beside it is a pretty-printer's
        before, after = pieces[-1].rstrip(), piece.lstrip()
        if "\n" in pieces[-1][len(before) :]:
            pieces[-1] = before
        pieces.append(after if "\n" in piece[: len(piece) - len(after)] else piece)
    return "".join(pieces)


def prepare_markup(markup: str) -> str:
    """Return `markup` as `prepare_for_lxml` does, and without an XML declaration."""
    return _XML_DECLARATION.sub("", prepare_for_lxml(markup), count=1)


def replace_surrogates(text: str) -> str:
    """Return `text` with U+FFFD for lone surrogates.

    JSON can escape half of a surrogate pair; such a string can be neither stored nor hashed.
    """
    try:
        text.encode()  # which refuses them, and is faster than a search
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
