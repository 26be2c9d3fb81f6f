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
    return copy(parse_without_comments(markup))


def parse_without_comments(markup: str) -> HtmlElement:
    """Return what `parse_html` does, a tree that nobody may alter."""
    if "<" not in markup:
        return _parse_text(markup)
    root = shared_tree(markup, comments=False)
    if root is None:
        raise FormatError(expected="a page", found="Document is empty")
    return root


def _parse_text(text: str) -> HtmlElement:
    check_html(text)
    try:
        return document_fromstring(prepared(text).encode(), parser=_new_parser())
    except etree.ParserError as error:
        raise FormatError(expected="a page", found=str(error)) from error


def _new_parser(*, comments: bool = True) -> etree.HTMLParser:
    parser = etree.HTMLParser(
        encoding="utf-8", collect_ids=False, remove_comments=not comments, remove_pis=not comments
    )
    parser.set_element_class_lookup(_HTML_ELEMENTS)
    return parser


def shared_tree(markup: str, *, comments: bool = True) -> HtmlElement | None:
    """Return the root of a page, which nobody may alter; None for an empty one.

    If `comments`, with its comments and processing instructions. LimitError beyond a limit.
    """
    trees = _trees_of(markup)
    if comments not in trees:
        trees[comments] = _parse(markup, _new_parser(comments=comments))
    return trees[comments]


def parsed_tree(markup: str) -> HtmlElement | None:
    """Return the tree that there is already, of the two of `shared_tree`."""
    return shared_tree(markup, comments=True in _trees_of(markup))


@lru_cache(maxsize=1)  # several read one page after another, each of whom asks
def _trees_of(markup: str) -> dict[bool, HtmlElement | None]:
    """Return the trees of a page that are parsed, by whether they have comments: none at first."""
    check_html(markup)
    return {}


def _parse(markup: str, parser: etree.HTMLParser) -> HtmlElement | None:
    try:
        return etree.fromstring(soup_markup(markup).encode(), parser=parser)
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
    root = parsed_tree(markup)
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
