"""Escape text for TeX, and format entries of .bib files."""

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
    r"""Return `url` as \url, or as plain text if \url cannot contain it in an argument."""
    return escape(url) if set(url) & set("%#^~\\{}") else f"\\url{{{url}}}"


def format_entry(kind: str, key: str, fields: Iterable[tuple[str, str]]) -> str:
    """Return one entry of a .bib file; fields without a value are omitted."""
    lines = "".join(f"  {name:<12} = {value},\n" for name, value in fields if value)
    return f"@{kind}{{{key},\n{lines}}}"


def brace(text: str, *, keep_capitals: bool = False) -> str:
    """Return `text` as a field's value; `keep_capitals` protects names and capitals."""
    if not text:
        return ""
    return f"{{{{{escape(text)}}}}}" if keep_capitals else f"{{{escape(text)}}}"


def format_note(citation: CitationData, prefix: str = "") -> str:
    """Return, as a field's value, the facts for which .bib files have no field."""
    copy_url = _text.encode_url(citation.memento)
    text = escape(prefix + _text.note(citation))
    return f"{{{text.replace(escape(copy_url), format_link(copy_url)) if copy_url else text}}}"
