"""Translate CSS selectors to XPath, which lxml answers in C: those that sources use.

There is no translation of a selector that lxml might answer otherwise than BeautifulSoup does.
"""

import re
from functools import lru_cache

from cssselect import ExpressionError, HTMLTranslator, SelectorError
from cssselect.xpath import XPathExpr
from lxml import etree

# Attributes whose values are sets of words (bs4.builder.HTMLTreeBuilder): white space around and
# between the words does not count.
WORD_LISTS = frozenset(
    ["class", "rel", "rev", "accept-charset", "headers", "accesskey", "dropzone"]
)
# HTML 4's attributes without a value: libxml2 gives their name for it, BeautifulSoup "".
VALUELESS = frozenset(
    re.findall(
        r"\w+",
        "checked compact declare defer disabled ismap multiple nohref noresize noshade nowrap"
        " readonly selected",
    )
)

_NAME = r"[A-Za-z_][\w-]*"
_UNLIKE = "|".join([*sorted(VALUELESS), "type"])  # `type` is compared without regard to case
_VALUE = rf"""(?:{_NAME}|"[^"\\\n]+"|'[^'\\\n]+')"""
_ATTRIBUTE = rf"\[\s*(?!(?:{_UNLIKE})\b){_NAME}\s*(?:[~|^$*]?=\s*{_VALUE}\s*)?\]"
_SIMPLE = rf"(?:[.#]{_NAME}|{_ATTRIBUTE}|:first-child|:last-child)"
_PLAIN = rf"(?:(?:\*|{_NAME}){_SIMPLE}*|{_SIMPLE}+)"
_PART = rf"(?:{_SIMPLE}|:not\(\s*{_PLAIN}\s*\)|:has\(\s*[>+]?\s*{_PLAIN}\s*\))"
_COMPOUND = rf"(?:(?:\*|{_NAME}){_PART}*|{_PART}+)"
_COMPLEX = rf"{_COMPOUND}(?:(?:\s*[>+~]\s*|\s+){_COMPOUND})*"
_LIST = re.compile(rf"\s*{_COMPLEX}\s*(?:,\s*{_COMPLEX}\s*)*", re.ASCII)
_ONE_ELEMENT = re.compile(rf"\s*{_COMPOUND}\s*(?:,\s*{_COMPOUND}\s*)*", re.ASCII)
_SCOPED = re.compile(rf"\s*:scope\s*>\s*({_COMPLEX})\s*", re.ASCII)
_WORD_LIST = re.compile(rf"@({'|'.join(WORD_LISTS)})")

_VALUES = {name: etree.XPath(f"//@{name}", smart_strings=False) for name in WORD_LISTS}


class _Translator(HTMLTranslator):
    """cssselect's translator, that reads lists of words as BeautifulSoup does."""

    def xpath_attrib_equals(self, xpath: XPathExpr, name: str, value: str | None) -> XPathExpr:
        return super().xpath_attrib_equals(xpath, _without_spaces(name), value)

    def xpath_attrib_dashmatch(self, xpath: XPathExpr, name: str, value: str | None) -> XPathExpr:
        return super().xpath_attrib_dashmatch(xpath, _without_spaces(name), value)

    def xpath_attrib_prefixmatch(self, xpath: XPathExpr, name: str, value: str | None) -> XPathExpr:
        return super().xpath_attrib_prefixmatch(xpath, _without_spaces(name), value)

    def xpath_attrib_suffixmatch(self, xpath: XPathExpr, name: str, value: str | None) -> XPathExpr:
        return super().xpath_attrib_suffixmatch(xpath, _without_spaces(name), value)

    def xpath_attrib_substringmatch(
        self, xpath: XPathExpr, name: str, value: str | None
    ) -> XPathExpr:
        return super().xpath_attrib_substringmatch(xpath, _without_spaces(name), value)


def _without_spaces(attribute: str) -> str:
    return f"normalize-space({attribute})" if _WORD_LIST.fullmatch(attribute) else attribute


@lru_cache(maxsize=2048)
def translate(css: str) -> etree.XPath | None:
    """Return the XPath of what `css` matches in a tree, its root included; None for others."""
    return _compile(css, "descendant-or-self::") if _LIST.fullmatch(css) else None


@lru_cache(maxsize=2048)
def translate_children(css: str) -> etree.XPath | None:
    """Return the XPath of what `:scope > …` matches in an element; None for other selectors."""
    match = _SCOPED.fullmatch(css)
    return _compile(match[1], "child::") if match else None


@lru_cache(maxsize=2048)
def asks_one_element(css: str) -> bool:
    """Say whether `css` asks nothing of the elements around the one that it matches."""
    return _ONE_ELEMENT.fullmatch(css) is not None


@lru_cache(maxsize=2048)
def word_lists_of(css: str) -> frozenset[str]:
    """Return the attributes with lists of words that `css` asks about."""
    names = {name.lower() for name in re.findall(r"\[\s*([\w-]+)", css)}
    return frozenset(names & WORD_LISTS | ({"class"} if "." in css else set()))


def word_list_values(root: etree._Element, name: str) -> list[str]:
    """Return the values of an attribute in a page."""
    values = _VALUES[name](root)
    return [v for v in values if isinstance(v, str)] if isinstance(values, list) else []


def _compile(css: str, prefix: str) -> etree.XPath | None:
    try:
        xpath = _Translator().css_to_xpath(css.replace(":-soup-contains(", ":contains("), prefix)
        return etree.XPath(xpath)
    except (SelectorError, ExpressionError, etree.XPathSyntaxError):
        return None
