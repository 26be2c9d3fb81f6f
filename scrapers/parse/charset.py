"""Detect the encoding of a page and decode it.

In this order: a byte order mark; UTF-8 if the bytes are valid UTF-8; the encodings that the HTTP
header and the page declare, with labels as browsers resolve them (WHATWG Encoding, 4.2); a guess.
Valid UTF-8 overrules a declaration: text in another encoding is next to never valid UTF-8, and
servers that declare an encoding they do not send are common.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

_DECLARATION_BYTES = 4096  # searched for a declaration; the standard says 1024
_GUESS_BYTES = 50_000  # used for a guess, which is slow
_MAX_TRUNCATED_BYTES = 3  # of an incomplete UTF-8 character at the end

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET_PARAMETER = re.compile(r";\s*charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION = re.compile(
    rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]+)
    | \A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']\s*([\w.:-]+)
    | \A\s*@charset\s+"([\w.:-]+)" """,
    re.IGNORECASE | re.VERBOSE,
)

# Labels in declarations, and the encodings that browsers use for them.
_BROWSER_ENCODINGS = {
    **dict.fromkeys(
        ("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii"),
        "cp1252",
    ),
    **dict.fromkeys(("ansi_x3.4-1968", "cp819", "x-cp1252", "windows-1252"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5", "l5", "windows-1254"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874", "dos-874"), "cp874"),
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "chinese", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    **dict.fromkeys(("koi8-u", "koi8-ru"), "koi8-u"),
    **dict.fromkeys(("iso-8859-8-i", "logical"), "iso8859-8"),
    **dict.fromkeys(("utf8", "unicode-1-1-utf-8", "x-unicode20utf8"), "utf-8"),
    **dict.fromkeys(("utf-16", "unicode", "ucs-2", "iso-10646-ucs-2"), "utf-16-le"),
    **dict.fromkeys(("macintosh", "x-mac-roman", "mac"), "mac-roman"),
    "x-mac-cyrillic": "mac-cyrillic",
}
# Encodings that browsers support; Python has others, some of which are not text encodings.
_KNOWN_ENCODINGS = frozenset(
    codecs.lookup(name).name
    for name in (
        *("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp"),
        *("cp932", "cp949", "cp866", "cp874", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
        *(f"cp{number}" for number in range(1250, 1259)),
        *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    )
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Decoded text, Python's name of its encoding, and how that was detected."""

    text: str
    encoding: str
    detected_by: str  # bom, utf-8, header, meta, guess or default


def decode(body: bytes, content_type: str = "") -> DecodedText:
    """Decode `body`; `content_type` is the value of the Content-Type header.

    Bytes that are invalid in the encoding become U+FFFD; nothing is raised.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return DecodedText(body[len(mark) :].decode(name, "replace"), name, "bom")
    declared = list(_declared_encodings(body, content_type))
    if _is_utf8(body) and not _is_declared_encoding(body, declared):
        return DecodedText(body.decode("utf-8", "replace"), "utf-8", "utf-8")
    for name, detected_by in declared:
        try:
            return DecodedText(body.decode(name), name, detected_by)
        except UnicodeDecodeError:
            continue
    for (
        name,
        detected_by,
    ) in declared:  # less than one character in a hundred is invalid
        text = body.decode(name, "replace")
        if text.count("\ufffd") * 100 < len(text):
            return DecodedText(text, name, detected_by)
    if guess := _guess_encoding(body):
        return DecodedText(body.decode(guess, "replace"), guess, "guess")
    name, detected_by = declared[0] if declared else ("cp1252", "default")
    return DecodedText(body.decode(name, "replace"), name, detected_by)


def resolve_label(label: str) -> str:
    """Return Python's name of the encoding that browsers use for `label`, "" for none."""
    name = label.strip().lower()
    try:
        encoding = codecs.lookup(_BROWSER_ENCODINGS.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return encoding if encoding in _KNOWN_ENCODINGS else ""


def _declared_encodings(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Yield each declared encoding and where it is declared: the header's, then the page's."""
    if (match := _CHARSET_PARAMETER.search(content_type)) and (name := resolve_label(match[1])):
        yield name, "header"
    for declaration in _DECLARATION.finditer(body[:_DECLARATION_BYTES]):
        label = next(group for group in declaration.groups() if group)
        if name := resolve_label(label.decode("latin-1")):
            # A declaration that was found as ASCII is not in UTF-16.
            yield ("utf-8" if name.startswith("utf-16") else name), "meta"
            return


def _is_utf8(body: bytes) -> bool:
    """Return whether `body` is UTF-8, apart from an incomplete character at its end."""
    try:
        _, decoded_length = codecs.utf_8_decode(body, "strict", False)
    except UnicodeDecodeError:
        return False
    incomplete = len(body) - decoded_length
    # A last letter in another encoding looks like an incomplete character: require a complete one.
    return not incomplete or (
        incomplete <= _MAX_TRUNCATED_BYTES and not body[:decoded_length].isascii()
    )


def _is_declared_encoding(body: bytes, declared: list[tuple[str, str]]) -> bool:
    """Return whether `body`, though valid UTF-8, has marks of its declared encoding."""
    names = {name for name, _ in declared}
    if "iso2022_jp" in names:
        return b"\x1b$" in body
    return bool(names & {"utf-16-le", "utf-16-be"}) and b"\0" in body[:_DECLARATION_BYTES]


def _guess_encoding(body: bytes) -> str:
    best_match = from_bytes(body[:_GUESS_BYTES]).best()
    return resolve_label(best_match.encoding.replace("_", "-")) if best_match else ""
