"""Render a self-contained HTML page of a statement's changes, without scripts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from archive.json_objects import format_utc
from archive.models import Capture, Version
from archive.text.diff import Change, count_kinds
from onrecord.statements.choose_versions import describe_unjudged


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionStep:
    """A version and its successor, with the capture of each and the changes between them."""

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
ins[data-sorts="move"] { background: #d9e6fb; text-decoration: none }
del[data-sorts~="negation"], ins[data-sorts~="negation"] { outline: 2px solid #b00020 }
p { white-space: pre-wrap }
"""


def render_diff_page(steps: Sequence[VersionStep]) -> str:
    """Return the page; text of versions is escaped, and a policy forbids scripts."""
    title = escape(steps[-1].after.reading.title or steps[-1].after.statement)
    body = "".join(_render_step(step) for step in steps)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Changes: {title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{body}</body></html>\n"
    )


def _render_step(step: VersionStep) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in count_kinds(step.changes))
    rows = "".join(
        f"<tr><th>{name}</th><td>{escape(version.id)}<br>seen {format_utc(version.first_seen)} to "
        f"{format_utc(version.last_seen)}<br>capture {escape(capture.id)}<br>SHA-256 "
        f"{escape(capture.payload_sha256)}</td></tr>"
        for name, version, capture in (
            ("before", step.before, step.capture_before),
            ("after", step.after, step.capture_after),
        )
    )
    unjudged = describe_unjudged(step.after)
    note = f'<p class="sorts">{escape(unjudged)}</p>' if unjudged else ""
    lang = escape(step.after.reading.lang, quote=True)
    return (
        f'<section><table>{rows}</table><p class="sorts">{len(step.changes)} changes: '
        f"{escape(counts)}</p>{note}"
        f'<article lang="{lang}" dir="auto">{_render_changes(step)}</article></section>'
    )


def _render_changes(step: VersionStep) -> str:
    """Return the text after, one paragraph per line, with each change marked."""
    chunks, position = [], 0
    for change in step.changes:
        chunks.append(escape(step.text_after[position : change.after_start]))
        kinds = " ".join(kind.value for kind in change.kinds)
        if change.op == "move":
            chunks.append(_wrap_lines("ins", change.after, kinds))
            position = change.after_end
            continue
        if change.before:
            chunks.append(_wrap_lines("del", change.before, kinds))
        if change.after:
            chunks.append(_wrap_lines("ins", change.after, kinds))
        position = change.after_end
    chunks.append(escape(step.text_after[position:]))
    return "".join(f"<p>{line}</p>" for line in "".join(chunks).split("\n"))


def _wrap_lines(tag: str, words: str, kinds: str) -> str:
    """Return words in a tag that is closed at the end of each line, so none spans paragraphs."""
    lines = words.split("\n")
    opening = f'<{tag} data-sorts="{kinds}" title="{kinds}">'
    return "\n".join(f"{opening}{escape(line)}</{tag}>" if line else "" for line in lines)
