"""How results are shown: one JSON object a line for machines, plain or coloured text for people."""

import json
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

# What an archived page may not do to a terminal: controls (C0 but tab and newline, DEL, C1) and
# bidi overrides, which make words read in another order than they are stored.
_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def clean(text: str) -> str:
    """Return text from the web made fit for a terminal."""
    return _HOSTILE.sub("�", text)


def emit(value: Mapping[str, Any]) -> None:
    """Write one JSON object as one line, terminal-safe: hostile characters stay escaped."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    click.echo(_HOSTILE.sub(lambda found: f"\\u{ord(found[0]):04x}", line))


def console() -> "Console":
    """Return where people's output goes: colour only on a terminal (NO_COLOR honoured)."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 100
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=width)
