"""Parse HTML with lxml, once a page, and return its text."""

from copy import copy, deepcopy
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element
from lxml.html import HtmlElement, document_fromstring

from archive.errors import FormatError
from scrapers.parse.html.element_text import add_element
from scrapers.parse.html.text_lines import TextLines
from scrapers.parse.parser_limits import check_html, prepare_for_lxml, prepare_markup

# As of lxml.html, whose own lookup asks Python for each element.
_HTML_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)


def parse_html(markup: str) -> HtmlElement:
    """Return the root of a page without its comments, a tree of the caller's own.

    FormatError for an empty page, LimitError beyond a limit.
    """
    if "<" not in markup:
        return _parse_text(markup)
    shared = shared_tree(markup)
    if shared is None:
        raise FormatError(expected="a page", found="Document is empty")
    root = copy(shared)
    for node in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        _remove_comment(node)
    return root


def _parse_text(text: str) -> HtmlElement:
    check_html(text)
    try:
        return document_fromstring(prepared(text).encode(), parser=_new_parser())
    except etree.ParserError as error:
        raise FormatError(expected="a page", found=str(error)) from error


def _remove_comment(node: _Element) -> None:
    """Remove a comment, so that the text before and after it is one, as in a tree without it."""
    parent, before, tail = node.getparent(), node.getprevious(), node.tail
    if parent is None:
        return
    parent.remove(node)
    if not tail:
        return
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail


def _new_parser() -> etree.HTMLParser:
    parser = etree.HTMLParser(encoding="utf-8", collect_ids=False)
    parser.set_element_class_lookup(_HTML_ELEMENTS)
    return parser


@lru_cache(maxsize=1)  # several read one page after another, each of whom asks
def shared_tree(markup: str) -> HtmlElement | None:
    """Return the root of a page, with its comments, which nobody may alter; None for an empty one.

    LimitError beyond a limit.
    """
    check_html(markup)
    try:
        return etree.fromstring(soup_markup(markup).encode(), parser=_new_parser())
    except etree.XMLSyntaxError:
        return None  # only comments, or nothing


def soup_markup(markup: str) -> str:
    """Return `markup` as it is parsed; plain text in a tag: BeautifulSoup warns about it."""
    if "<" not in markup:
        return f"<div>{prepare_for_lxml(markup)}</div>"
    return prepared(markup)


@lru_cache(maxsize=1)
def prepared(markup: str) -> str:
    """Return `markup` as parser_limits.prepare_markup does."""
    return prepare_markup(markup)


def text_of_html(markup: str, lang: str = "", *, openable: bool = False) -> str:
    """Return the visible text of HTML, one block a line; "" where it has none.

    If `openable`, also what a reader can open (scrapers/parse/html/element_text.py).
    """
    if "<" not in markup and "&" not in markup:
        lines = (" ".join(line.split()) for line in prepare_for_lxml(markup).splitlines())
        return "\n".join(line for line in lines if line)
    root = shared_tree(markup)
    if root is None:
        return ""
    if openable:
        root = _with_open_frames(root)
    text_lines = TextLines(lang=root.get("lang") or lang)
    add_element(text_lines, root, openable=openable)
    return text_lines.text()


def _with_open_frames(root: _Element) -> _Element:
    """Return a page with the documents that frames hold themselves (`srcdoc`), one level deep."""
    if all(frame.get("srcdoc") is None for frame in root.iter("iframe")):
        return root
    root = deepcopy(root)
    for frame in list(root.iter("iframe")):
        if not (markup := frame.get("srcdoc")):
            continue
        try:
            document = parse_html(markup)
        except FormatError:
            continue  # an empty one
        frame.tag = "div"
        frame.append(document)
    return root
