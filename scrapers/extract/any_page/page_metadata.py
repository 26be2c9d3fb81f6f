"""What a page declares of itself in its meta, link and title elements.

The elements are found by their tags: an XPath expression over a whole page takes ten times as long.
"""

from collections.abc import Iterator

from lxml.html import HtmlElement


def meta_contents(root: HtmlElement, name: str, *, as_name: bool = False) -> list[str]:
    """Return the contents of the meta elements whose property, or if `as_name` name, is `name`."""
    return [
        content
        for element in root.iter("meta")
        if (element.get("property") == name or (as_name and element.get("name") == name))
        and (content := element.get("content")) is not None
    ]


def canonical_addresses(root: HtmlElement) -> list[str]:
    """Return the addresses of the links whose relation is `canonical` and nothing else."""
    return [
        href
        for element in root.iter("link")
        if element.get("rel") == "canonical" and (href := element.get("href")) is not None
    ]


def link_addresses(root: HtmlElement, relation: str) -> list[str]:
    """Return the addresses of the links that have a relation among theirs, in any case."""
    return [
        href
        for element in root.iter("link")
        if relation in (element.get("rel") or "").lower().split()
        and (href := element.get("href")) is not None
    ]


def frame_addresses(root: HtmlElement) -> list[str]:
    """Return the addresses of the documents in a page's frames."""
    return [
        address
        for element in root.iter("iframe", "frame")
        if (address := element.get("src")) is not None
    ]


def own_addresses(root: HtmlElement) -> list[str]:
    """Return the addresses that a page gives as its own: canonical links and og:url, in order."""
    return [
        address
        for element in root.iter("link", "meta")
        if (address := _own_address(element)) is not None
    ]


def _own_address(element: HtmlElement) -> str | None:
    if element.tag == "link":
        return element.get("href") if element.get("rel") == "canonical" else None
    return element.get("content") if element.get("property") == "og:url" else None


def declared_title(root: HtmlElement) -> str:
    """Return og:title and the title element, in lower case on one line, for what is in them."""
    return " ".join(" ".join(_titles(root)).split()).casefold()


def _titles(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("meta", "title"):
        if element.tag == "meta" and element.get("property") == "og:title":
            yield element.get("content") or ""
        elif is_title(element):
            yield element.text or ""


def is_title(element: HtmlElement) -> bool:
    """Return whether an element is the title of the page: a drawing has titles, too."""
    parent = element.getparent()
    return element.tag == "title" and parent is not None and parent.tag == "head"


def headings_and_title(root: HtmlElement) -> str:
    """Return the pieces of text in the h1 elements and the title of a page."""
    pieces: list[str] = []
    for element in root.iter("h1", "title"):
        if element.tag == "h1":
            pieces += map(str, element.itertext())
        elif is_title(element):
            pieces.append(element.text or "")
    return " ".join(pieces)
