"""Recognise a shell: a page whose words a script in a browser is to load."""

import re

from lxml import etree
from lxml.etree import _Element

from archive.errors import FormatError
from scrapers.parse.html.element_text import add_element, has_visible_text
from scrapers.parse.html.html_tree import parsed_tree
from scrapers.parse.html.text_lines import TextLines

MAX_TEXT_OF_SHELL = 600  # visible characters: a menu and a footer
_MAX_TEXT_OF_NOTICE = 250  # of a page that asks for JavaScript
_MAX_EMPTY_TEXT = 80
_MIN_INLINE_SCRIPT = 2_000  # characters of scripts in the page, to make a page by itself
_ROOT_IDS = frozenset(
    [
        *("root", "app", "application", "__next", "__nuxt", "___gatsby", "svelte", "react-root"),
        *("main-app", "ember-app", "mount", "container-app", "app-root"),
    ]
)
_ROOT_TAG = re.compile(r"[a-z][a-z0-9]*-(?:root|app|shell)")
_WAITING = re.compile(
    r"(?:loading|please wait|wird geladen|bitte warten|chargement|cargando|carregando|caricamento"
    r"|загрузка|подождите|laden|laddar|yükleniyor|加载中|読み込み中|جار(?:ي|ٍ) التحميل)?[\s.…]*",
    re.IGNORECASE,
)
_NEEDS_JAVASCRIPT = re.compile(
    r"(?:enable|activate|turn(?:ed)? on|switch(?:ed)? on|requires?|need|without|must|allow"
    r"|activ|aktivier|einschalt|ohne|sans|habilit|sin|abilit|senza|ative|ativ|włącz|wymaga|bez"
    r"|povol|zapn|aktiver|slå på|ota|käytt|etkin|включ|нужен|требу|без|увімкн|ενεργοποι"
    r"|تفعيل|فعال|הפעל|启用|啟用|有効|활성)\w*[^<>.]{0,60}java\s?script"
    r"|java\s?script[^<>.]{0,60}(?:enabl|required|disabled|must|need|turned on|switched on"
    r"|aktivier|einschalt|erforderlich|requis|activ|necess|necesar|habilit|abilit|ativ|włącz"
    r"|wymag|povol|zapn|aktiver|krävs|käytö|etkin|включ|отключ|нужен|увімкн|вимкн|ενεργοποι"
    r"|تفعيل|فعال|הפעל|启用|啟用|有効|활성)"
    r"|(?:enable|activate) js\b",
    re.IGNORECASE,
)
# Some words and a full stop: a menu and a footer have none.
_SENTENCE = re.compile(r"(?:\w+[^\w\n.!?。؟।]+){5}\w+[^\n.!?。؟।]*[.!?؟।]|[^\W\n]{12,}。")
_UNSEEN = ("script", "style", "template", "noscript", "svg", "title", "head")


def find_shell(markup: str) -> str:
    """Return what shows that a page is a shell, "" where it is none.

    A page without scripts is none. FormatError or LimitError where it cannot be parsed.
    """
    root = parsed_tree(markup)
    if root is None:
        raise FormatError(expected="a page", found="nothing")
    scripts = [
        element for element in root.iter("script") if "json" not in (element.get("type") or "")
    ]
    linked = sum(1 for script in scripts if script.get("src"))
    inline = sum(len(script.text or "") for script in scripts)
    if not scripts or has_visible_text(root, MAX_TEXT_OF_SHELL):
        return ""
    asks = " ".join(" ".join(_text_of(element).split()) for element in root.iter("noscript"))
    text = _visible_text(root)
    if len(text) < MAX_TEXT_OF_SHELL and (place := _find_empty_root(root)):
        return f"an empty {place}, which a script fills; {len(text)} characters of text"
    if len(text) < _MAX_TEXT_OF_NOTICE and _NEEDS_JAVASCRIPT.search(text):
        return f"it asks for JavaScript; {len(text)} characters of text"
    if _SENTENCE.search(text):
        return ""  # a short statement
    if len(text) < _MAX_TEXT_OF_NOTICE and _NEEDS_JAVASCRIPT.search(asks):
        return f"it asks for JavaScript; {len(text)} characters of text"
    if len(text) < _MAX_EMPTY_TEXT and (linked > 1 or (linked and inline > _MIN_INLINE_SCRIPT)):
        return f"{len(scripts)} scripts and {len(text)} characters of text"
    return ""


def _text_of(element: _Element) -> str:
    """Return the text in an element, without comments."""
    return etree.tostring(element, encoding="unicode", method="text", with_tail=False)


def _visible_text(root: _Element) -> str:
    lines = TextLines()
    add_element(lines, root)
    return lines.text()


def _find_empty_root(root: _Element) -> str:
    """Return the element that a script is to fill, as a selector; "" for none."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            continue
        name = element.get("id") or ""
        selector = f"#{name}" if name in _ROOT_IDS else ""
        if not selector and _ROOT_TAG.fullmatch(element.tag):
            selector = f"<{element.tag}>"
        if selector and _WAITING.fullmatch(_visible_text(element).strip()):
            return selector
    return ""
