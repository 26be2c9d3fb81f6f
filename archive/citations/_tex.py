"""Text for TeX, and entries of .bib files."""

import re
from collections.abc import Iterable

from archive.citation_data import CitationData
from archive.citations import _text

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}
_LIGATURES = re.compile(r"(-(?=-)|'(?=')|`(?=`)|,(?=,)|[?!](?=`))")


def escape(text: str) -> str:
    """Return `text` so that TeX prints it, without its ligatures: "--" stays two hyphens."""
    text = "".join(_ESCAPES.get(character, character) for character in text)
    return _LIGATURES.sub(r"\1{}", text)


def format_link(url: str) -> str:
    r"""Return `url` as \url, or as plain text where \url would trip inside another's argument."""
    return escape(url) if set(url) & set("%#^~\\{}") else f"\\url{{{url}}}"


def format_entry(kind: str, key: str, fields: Iterable[tuple[str, str]]) -> str:
    """Return one entry of a .bib file; fields without a value are left out."""
    lines = "".join(f"  {name:<12} = {value},\n" for name, value in fields if value)
    return f"@{kind}{{{key},\n{lines}}}"


def brace(text: str, *, whole: bool = False) -> str:
    """Return `text` as a field's value; `whole` keeps names and capitals as they are."""
    if not text:
        return ""
    return f"{{{{{escape(text)}}}}}" if whole else f"{{{escape(text)}}}"


def format_note(cited: CitationData, before: str = "") -> str:
    """Return what .bib files have no field for, as a field's value."""
    copy = _text.encode_url(cited.memento)
    text = escape(before + _text.note(cited))
    return f"{{{text.replace(escape(copy), format_link(copy)) if copy else text}}}"
