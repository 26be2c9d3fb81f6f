"""Parse and resolve web addresses as browsers do: the WHATWG URL Standard, by the library Ada.

Every address that a page, feed, header or user names goes through here: links, `<base href>`,
canonical links, `Location`, sitemaps, feeds, arguments. An address that the standard calls a
failure raises FormatError; the caller makes a problem of it.

Ada is imported at the first use: `onrecord search` parses no address.
"""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from archive.errors import FormatError

_WEB_SCHEMES = ("http:", "https:")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NOT_IN_URIS = re.compile(r"[^!#$%&'()*+,/0-9:;=?@A-Z_a-z~.\[\]-]")
# Characters that print nothing, which editors paste into addresses.
_UNSEEN = re.compile(r"[\xad\u200b-\u200f\u2060\ufeff]|%E2%80%8[B-F]|%E2%81%A0|%EF%BB%BF", re.I)
_SHOWN_CHARACTERS = 80  # of an address in a message


def parse_address(text: str) -> str:
    """Return the web address `text` in the standard's form; FormatError where it is none.

    A web address has the scheme http or https, and so a host.

    >>> parse_address("HTTPS://Press.example:443/news/récolte d'été#top")
    "https://press.example/news/r%C3%A9colte%20d'%C3%A9t%C3%A9#top"
    """
    return _normalized(text, None)


def is_web_address(text: str) -> bool:
    """Return whether `text` is an absolute web address."""
    try:
        return bool(parse_address(text))
    except FormatError:
        return False


def resolve(base: str, reference: str) -> str:
    """Return the web address that `reference` names on the page at `base`, without its fragment.

    FormatError where it names no web address. A base that is none itself is of no use, but an
    absolute reference needs none.

    >>> resolve("https://press.example/a/b", "../c d")
    'https://press.example/c%20d'
    """
    return _normalized(reference, base).partition("#")[0]


def resolve_or_keep(base: str, reference: str, encoding: str = "utf-8") -> str:
    """Return `reference` resolved, or as it is where it names no web address.

    For values of which the reader decides later whether they have to be addresses. `encoding` is
    that of the page, in which browsers send the query of its links.
    """
    try:
        return _join(base, _encode_query(reference, encoding))
    except FormatError:
        return reference


def resolve_location(base: str, header: str) -> str:
    r"""Return the address that a `Location` header names, without its fragment.

    `header` is decoded as Latin-1, as HTTP headers are here. Bytes beyond ASCII are escaped as they
    are, as browsers do (Fetch, "location URL"): those of UTF-8 give the page that is meant. An
    empty header is a reference to the page itself. The address may have any scheme. FormatError
    where it names none.

    >>> resolve_location("https://press.example/1", "/r\xc3\xa9colte")
    'https://press.example/r%C3%A9colte'
    """
    return _join(base, _NOT_ASCII.sub(_escape_byte, header)).partition("#")[0]


def same_page_key(url: str) -> str:
    """Return what two spellings of one address have in common; `url` unchanged if it is none.

    Fragment, default port, the case of scheme, host and escapes, an empty path, escaped unreserved
    characters (RFC 3986, 6.2.2) and unescaped ones that no URI may have make no other page.

    >>> same_page_key("http://Press.example:80/%7Ea/r%c3%a9colte#top")
    'http://press.example/~a/r%C3%A9colte'
    """
    try:
        address = parse_address(url).partition("#")[0].removesuffix("?")
    except FormatError:
        return url
    return _NOT_IN_URIS.sub(_escape_byte, _ESCAPE.sub(_normal_escape, address))


def spellings(url: str) -> tuple[str, ...]:
    """Return `url`, its form by the standard, and that with its escapes of UTF-8 as characters.

    Addresses were stored as pages spelled them before they were parsed by the standard.
    """
    key = same_page_key(url)
    readable = _ESCAPES_BEYOND_ASCII.sub(_readable, key)
    names = (url, key, readable, readable.replace("%20", " "))
    return tuple(dict.fromkeys(names))


def without_unseen_characters(text: str) -> str:
    """Return an address without characters that print nothing, also escaped ones."""
    return _UNSEEN.sub("", text)


def address_host(url: str) -> str:
    """Return the host of a web address in ASCII, "" where it is none."""
    try:
        return _host(parse_address(url))
    except FormatError:
        return ""


def address_path(url: str) -> str:
    """Return the path of a web address, "" where it is none."""
    try:
        return str(_ada().parse_url(parse_address(url), ("pathname",))["pathname"])
    except FormatError:
        return ""


def _host(address: str) -> str:
    return str(_ada().parse_url(address, ("hostname",))["hostname"])


def _ada() -> Any:
    import ada_url

    return ada_url


def _normalized(text: str, base: str | None) -> str:
    address = _join(base, text)
    if not address.startswith(_WEB_SCHEMES):
        raise _not_an_address(text)
    return address


@lru_cache(4096)
def _join(base: str | None, reference: str) -> str:
    ada = _ada()
    reference = reference.encode("utf-8", "replace").decode()  # no lone surrogates
    try:
        if base is None or not ada.check_url(base):
            return str(ada.normalize_url(reference))
        return str(ada.join_url(base, reference))
    except ValueError:
        raise _not_an_address(reference) from None


def _encode_query(reference: str, encoding: str) -> str:
    """Escape what is beyond ASCII in a query by the page's encoding (URL Standard, 4.4, query).

    What that encoding lacks is sent as a character reference, escaped. Pages in UTF-16 send UTF-8.
    """
    if reference.isascii() or encoding.startswith(("utf", "UTF")):
        return reference
    before, mark, rest = reference.partition("?")
    query, hash_sign, fragment = rest.partition("#")
    if "#" in before or not mark:
        return reference
    encoded = _NOT_ASCII.sub(lambda match: _encode_character(match[0], encoding), query)
    return f"{before}?{encoded}{hash_sign}{fragment}"


def _encode_character(character: str, encoding: str) -> str:
    try:
        return "".join(f"%{byte:02X}" for byte in character.encode(encoding))
    except UnicodeEncodeError:
        return f"%26%23{ord(character)}%3B"


def _not_an_address(text: str) -> FormatError:
    return FormatError(expected="a web address", found=repr(text[:_SHOWN_CHARACTERS]))


def _escape_byte(match: re.Match[str]) -> str:
    """Escape a character: as the byte of its number, where it has one, else as UTF-8."""
    character = match[0]
    encoded = character.encode("latin-1" if character < "\u0100" else "utf-8", "replace")
    return "".join(f"%{byte:02X}" for byte in encoded)


def _normal_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


_ESCAPES_BEYOND_ASCII = re.compile(r"(?:%[89A-F][0-9A-F])+")


def _readable(match: re.Match[str]) -> str:
    decoded = unquote(match[0], errors="replace")
    return match[0] if "\ufffd" in decoded else decoded
