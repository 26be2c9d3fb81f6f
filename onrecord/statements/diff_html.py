"""A page that shows how a statement changed: it stands by itself and runs nothing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from archive.json_objects import format_utc
from archive.models import Capture, Version
from archive.text.diff import Change, count_kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From one version to the next, and the captures that show each."""

    before: Version
    after: Version
    capture_before: Capture
    capture_after: Capture
    text_before: str
    text_after: str
    changes: Sequence[Change]


_STYLE = """
body { font: 17px/1.6 Georgia, serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem;
  color: #1a1a1a; background: #fff }
table, .kinds { font: 14px/1.5 system-ui, sans-serif }
th { text-align: left; padding-right: 1rem; font-weight: 400; color: #555; vertical-align: top }
td { overflow-wrap: anywhere }
del { background: #fbd5d5 }
ins { background: #d3efd9; text-decoration-thickness: 2px }
del[data-sorts~="negation"], ins[data-sorts~="negation"] { outline: 2px solid #b00020 }
p { white-space: pre-wrap }
"""


def page(steps: Sequence[Step]) -> str:
    """Return the page. All words in it are those of the versions, escaped; no script may run."""
    title = escape(steps[-1].after.reading.title or steps[-1].after.statement)
    body = "".join(_step(step) for step in steps)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Changes: {title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{body}</body></html>\n"
    )


def _step(step: Step) -> str:
    counts = ", ".join(f"{count} {sort}" for sort, count in count_kinds(step.changes))
    rows = "".join(
        f"<tr><th>{name}</th><td>{escape(version.id)}<br>seen {format_utc(version.first_seen)} to "
        f"{format_utc(version.last_seen)}<br>capture {escape(capture.id)}<br>SHA-256 "
        f"{escape(capture.payload_sha256)}</td></tr>"
        for name, version, capture in (
            ("before", step.before, step.capture_before),
            ("after", step.after, step.capture_after),
        )
    )
    lang = escape(step.after.reading.lang, quote=True)
    return (
        f'<section><table>{rows}</table><p class="sorts">{len(step.changes)} changes: '
        f'{escape(counts)}</p><article lang="{lang}" dir="auto">{_marked(step)}</article></section>'
    )


def _marked(step: Step) -> str:
    """Return the text after, one paragraph a line, with what went and what came in its place."""
    pieces, at = [], 0
    for change in step.changes:
        pieces.append(escape(step.text_after[at : change.after_start]))
        sorts = " ".join(sort.value for sort in change.kinds)
        if change.before:
            pieces.append(_tagged("del", change.before, sorts))
        if change.after:
            pieces.append(_tagged("ins", change.after, sorts))
        at = change.after_end
    pieces.append(escape(step.text_after[at:]))
    return "".join(f"<p>{line}</p>" for line in "".join(pieces).split("\n"))


def _tagged(tag: str, words: str, sorts: str) -> str:
    """Return words in a tag, closed at each line's end: none spans paragraphs."""
    lines = words.split("\n")
    opening = f'<{tag} data-sorts="{sorts}" title="{sorts}">'
    return "\n".join(f"{opening}{escape(line)}</{tag}>" if line else "" for line in lines)
