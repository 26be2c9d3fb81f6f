"""Detect the encoding of a page and decode it.

In this order: a byte order mark; UTF-8 or UTF-16 if the bytes are, a few broken ones apart; the
encodings that the HTTP header and the page declare, with labels as browsers resolve them (WHATWG
Encoding, 4.2); a guess by chardetng, the detector of Firefox.
UTF-8 overrules a declaration: text in another encoding is next to never valid UTF-8, and servers
that declare an encoding they do not send are common. Where header and page declare different
encodings and the bytes are valid in both, the guess chooses between them.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from chardetng_py import EncodingDetector

_DECLARATION_BYTES = 4096  # searched for a declaration; the standard says 1024
_GUESS_BYTES = 1_000_000  # used for a guess
_MIN_UTF8_SHARE = 4  # complete UTF-8 sequences for each broken one, where UTF-8 is not declared
_MAX_TRUNCATED_BYTES = 3  # of an incomplete UTF-8 character at the end

_MIN_LETTERS_OF_A_SCRIPT = 40  # bytes that are not ASCII

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
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

# The two or three bytes of a letter in UTF-8, read as windows-1252 and encoded again.
_ENCODED_TWICE = re.compile("[ÃÂÐÑÅÄ×Ø][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_MIN_ENCODED_TWICE = 3

_LATIN_ENCODINGS = frozenset(
    ["cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "mac-roman", "iso8859-2", "iso8859-4"]
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Decoded text, Python's name of its encoding, how that was detected, and what is in doubt."""

    text: str
    encoding: str
    detected_by: str  # bom, utf-8, utf-16, header, meta, guess or default
    invalid: int = 0  # runs of bytes that are invalid in the encoding: U+FFFD in the text
    declared: tuple[str, ...] = ()  # the encodings that header and page declare
    likelier: str = ""  # the encoding that the letters look like, if that gives another text
    lost: int = 0  # characters U+FFFD that the page itself holds: lost before it was sent
    twice: int = 0  # letters that were encoded as UTF-8 twice: "Ã©" for "é"


@lru_cache(maxsize=2)  # the same page is decoded to be read, and for its visible text
def decode(body: bytes, content_type: str = "") -> DecodedText:
    """Decode `body`; `content_type` is the value of the Content-Type header.

    Bytes that are invalid in the encoding become U+FFFD; nothing is raised.
    """
    declared = list(_declared_encodings(body, content_type))
    names = tuple(dict.fromkeys(name for name, _ in declared))
    encoding, detected_by, start = _detect_encoding(body, declared)
    text = body[start:].decode(encoding, "replace")
    printed = body.count("\ufffd".encode()) if encoding == "utf-8" else 0
    return DecodedText(
        text,
        encoding,
        detected_by,
        invalid=text.count("\ufffd") - printed,
        declared=names,
        likelier=_likelier_encoding(body, encoding) if detected_by in ("header", "meta") else "",
        lost=printed,
        twice=_count_encoded_twice(text),
    )


def _likelier_encoding(body: bytes, encoding: str) -> str:
    """Return the encoding that a page looks like, where it declares another; "" for none.

    Of right pages in 43 languages and their encodings one in a hundred looks like another.
    """
    if encoding in ("utf-8", "utf-16-le", "utf-16-be", "iso2022_jp") or body.isascii():
        return ""
    guess = _guess_encoding(body)
    differs = guess and guess != encoding
    if not differs or body.decode(guess, "replace") == body.decode(encoding, "replace"):
        return ""
    return guess


def _count_encoded_twice(text: str) -> int:
    count = sum(1 for _ in _ENCODED_TWICE.finditer(text)) if "Ã" in text or "Ð" in text else 0
    return count if count >= _MIN_ENCODED_TWICE else 0


def _detect_encoding(body: bytes, declared: list[tuple[str, str]]) -> tuple[str, str, int]:
    """Return the encoding of `body`, how it was detected, and where the text starts."""
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return name, "bom", len(mark)
    if name := _utf16_without_mark(body):
        by_name = dict(reversed(declared))
        return name, by_name.get(name, "utf-16"), 0
    if body.isascii() and _ISO_2022_JP.search(body):
        by_name = dict(reversed(declared))
        return "iso2022_jp", by_name.get("iso2022_jp", "guess"), 0
    if _is_utf8(body) and not _is_declared_encoding(body, declared):
        return "utf-8", "utf-8", 0
    if _is_broken_utf8(body, declared):
        by_name = dict(reversed(declared))
        return "utf-8", by_name.get("utf-8", "utf-8"), 0
    if chosen := _choose_declared(body, declared):
        return *chosen, 0
    if guess := _guess_encoding(body):
        return guess, "guess", 0
    return *(declared[0] if declared else ("cp1252", "default")), 0


def _choose_declared(body: bytes, declared: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the declared encoding in which `body` is valid, or all but a hundredth of its text."""
    valid = [(name, origin) for name, origin in declared if _is_valid(body, name)]
    if len({name for name, _ in valid}) > 1:
        guess = _guess_encoding(body)
        # A server declares windows-1252 for all its pages, without knowing them.
        valid.sort(key=lambda c: (c[0] != guess, (c[0] == "cp1252") != (guess == "cp1252")))
    if valid == [("cp1252", "header")] and (guess := _guess_other_script(body)):
        return guess, "guess"
    if valid:
        return valid[0]
    for name, origin in declared:
        text = body.decode(name, "replace")
        if text.count("\ufffd") * 100 < len(text):
            return name, origin
    return None


def _is_valid(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


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


def _is_broken_utf8(body: bytes, declared: list[tuple[str, str]]) -> bool:
    """Return whether `body` is UTF-8 in which few sequences are broken.

    Letters of other encodings form few complete sequences of UTF-8, and many incomplete ones.
    """
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd") - body.count("\ufffd".encode())
    complete = sum(1 for _ in _NOT_ASCII.finditer(text)) - broken
    is_declared = any(name == "utf-8" for name, _ in declared)
    return complete > 1 and complete >= broken * (1 if is_declared else _MIN_UTF8_SHARE)


def _utf16_without_mark(body: bytes) -> str:
    """Return the encoding of UTF-16 without a byte order mark, "" for any other body.

    By its first two characters (XML 1.0, appendix F), or by the zero bytes of Latin letters.
    """
    for name, start in (("utf-16-le", 0), ("utf-16-be", 1)):
        first = body[:4]
        if len(first) == 4 and first[1 - start] == first[3 - start] == 0 and first[start] == 0x3C:
            return name
        zeros, others = body[1 - start : 2000 : 2], body[start:2000:2]
        if len(zeros) > 4 and zeros.count(0) * 2 > len(zeros) and not others.count(0):
            return name
    return ""


def _guess_other_script(body: bytes) -> str:
    """Return the encoding of a body in another script than Latin; "" where there is none.

    The header alone declares windows-1252 for it, which many servers do for all pages.
    """
    if len(body.translate(None, bytes(range(128)))) < _MIN_LETTERS_OF_A_SCRIPT:
        return ""
    guess = _guess_encoding(body)
    return "" if guess in _LATIN_ENCODINGS else guess


def _guess_encoding(body: bytes) -> str:
    detector = EncodingDetector()
    detector.feed(body[:_GUESS_BYTES], last=True)
    return resolve_label(detector.guess(tld=None, allow_utf8=False))
