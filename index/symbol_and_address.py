"""Bring document symbols and addresses into the forms in which a query compares them.

A symbol is compared without case and whatever separates its parts: `SG/SM/21982`, `sg-sm-21982` and
`SG_SM_21982` are one symbol. An address is compared without its scheme, `www.` and fragment (SURT).
"""

import re
import unicodedata
from urllib.parse import quote, unquote

from archive.urls.surt import surt

_SEPARATORS = re.compile(r"[\W_]+")
# Between symbols that one document has: `SG/SM/21982-DC/3857`.
_BETWEEN_SYMBOLS = re.compile(r"[\s,;|–—]+|-(?=[A-Z]{2,}[/.])")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_WEB_ARCHIVE_PREFIX = re.compile(
    r"(?:https?://)?web\.archive\.org/web/\d+[a-z_]*/(?=https?:)", re.IGNORECASE
)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_ESCAPES_BEYOND_ASCII = re.compile(r"(?:%[89a-f][0-9a-f])+", re.IGNORECASE)
# What sharing adds to an address; the page is the same.
_TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|fbclid|gclid|mc_cid|mc_eid)=[^&#]*&?")


def symbol_form(symbol: str) -> str:
    """Return the form in which a symbol is compared; "" for one without letters and digits.

    >>> symbol_form(" SG_SM_21982.")
    'sg/sm/21982'
    """
    folded = unicodedata.normalize("NFKC", symbol).casefold()
    return _SEPARATORS.sub("/", folded).strip("/")


def symbol_forms(identifier: str) -> tuple[str, ...]:
    """Return the forms of a publisher's identifier, and of each symbol in it; none of an address.

    >>> symbol_forms("SG/SM/21982-DC/3857")
    ('sg/sm/21982/dc/3857', 'sg/sm/21982', 'dc/3857')
    """
    if _SCHEME.match(identifier):
        return ()
    forms = [symbol_form(identifier), *map(symbol_form, _BETWEEN_SYMBOLS.split(identifier))]
    return tuple(dict.fromkeys(form for form in forms if form))


def symbol_pattern(value: str, end: str = "$") -> str:
    """Return the regular expression of the forms that `symbol:value` matches.

    A star at the value's end stands for any end: `A/HRC/55/*`. `end` matches where a form ends.
    """
    return re.escape(symbol_form(value)) + ("" if value.rstrip().endswith("*") else end)


def address_form(url: str) -> str:
    """Return the form in which an address is compared; "" for none.

    >>> address_form("http://www.brook.example/statements/t2.html#top")
    'example,brook)/statements/t2.html'
    """
    url = re.sub(r"\s", "", _WEB_ARCHIVE_PREFIX.sub("", url.strip()))
    url = _TRACKING.sub("", url).rstrip("?&")
    return surt(url if not url or _SCHEME.match(url) else f"http://{url}")


def address_pattern(value: str, end: str = "$") -> str:
    """Return the regular expression of the forms that `url:value` matches: the address, or below.

    A host without a path also stands for the hosts below it. `end` matches where a form ends.
    Characters beyond ASCII match their escapes too, and escapes those characters: addresses are
    stored as the page that names them, or a browser, spells them.
    """
    form = address_form(value.rstrip().removesuffix("*"))
    if form.endswith(")/"):
        return re.escape(form.removesuffix(")/")) + "[,)]"
    spellings = dict.fromkeys((form, _escaped(form), _unescaped(form)))
    forms = "|".join(re.escape(spelling.rstrip("/?")) for spelling in spellings)
    return f"(?:{forms})(?:[/?&]|{end})"


def _escaped(form: str) -> str:
    return _BEYOND_ASCII.sub(lambda match: quote(match[0]).lower(), form)


def _unescaped(form: str) -> str:
    readable = _ESCAPES_BEYOND_ASCII.sub(lambda match: unquote(match[0], errors="replace"), form)
    return form if "\ufffd" in readable else readable
