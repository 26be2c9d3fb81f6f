"""Output of results: JSON lines for programs, plain or coloured text for people."""

import json
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

# Characters of archived pages that must not reach a terminal: controls (C0 except tab and newline,
# DEL, C1) and bidi overrides, which display words in another order than they are stored.
_UNSAFE_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object per line."
)


def clean(text: str) -> str:
    """Return `text` with each control and bidi override replaced by U+FFFD, safe for a terminal."""
    return _UNSAFE_CHARACTERS.sub("�", text)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object as one line; controls and bidi overrides become JSON escapes."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    click.echo(_UNSAFE_CHARACTERS.sub(lambda match: f"\\u{ord(match[0]):04x}", line))


def console() -> "Console":
    """Return a console for stdout: colour only on a terminal (NO_COLOR is honoured)."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 100
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=width)
