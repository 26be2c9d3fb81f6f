"""The page that an archived page is shown in: our banner, and below it the page in a shadow tree.

What style sheets in a shadow tree say is of that tree alone, and the box around it contains
whatever they position: they can neither restyle, hide nor cover the banner.
"""

from base64 import b64encode
from html import escape

from archive.json_objects import format_utc
from archive.models import Capture
from archive.urls.memento import timestamp14
from onrecord.output import clean
from onrecord.web.replay.sanitise import SanitisedPage

POLICY = (
    "sandbox; default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {ancestors}"
)
_STYLE = """
html,body{margin:0;background:#fff;color:#000}
.banner{box-sizing:border-box;padding:.6rem 1rem;background:#14324a;color:#fff;
font:14px/1.45 system-ui,sans-serif;border-bottom:3px solid #e0a526}
.banner b{font-weight:600}.banner a{color:#ffe3a1}.banner p{margin:0}
.banner code{font:12px ui-monospace,monospace;overflow-wrap:anywhere}
.box{contain:layout paint;overflow:auto;min-height:60vh;padding:8px}
"""
_PLAIN = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;"
    "margin:3rem auto;padding:0 1rem}code{overflow-wrap:anywhere}"
)


def memento(page: SanitisedPage, banner: str) -> str:
    """Return an archived page, in its box, below `banner`."""
    lang = f' lang="{escape(page.lang)}"' if page.lang else ""
    attributes = lang + (f' dir="{page.direction}"' if page.direction else "")
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(clean(page.title))}</title><style>{_STYLE}</style></head>"
        f'<body>{banner}<div class="box"{attributes}><archived-page>'
        f'<template shadowrootmode="open">{page.styles}{page.body}</template>'
        "</archived-page></div></body></html>"
    )


def banner(capture: Capture, shown: Capture, room: str) -> str:
    """Return the strip that says what this is, when it was captured and how it was checked.

    `shown` is the capture that the bytes are of; `room` is the address of the reading room.
    """
    live = escape(clean(capture.url))
    same = "" if shown.id == capture.id else (
        " The server said it was unchanged; these are the bytes of "
        f"{format_utc(shown.captured)[:19]}Z."
    )  # fmt: skip
    return (
        '<div class="banner" lang="en"><p><b>Archived copy</b>, captured '
        f"<b>{format_utc(capture.captured)[:19].replace('T', ' ').rstrip('Z')} UTC</b> from "
        f'<a href="{live}" rel="noreferrer">{live}</a>.{same}</p>'
        f"<p>Scripts, forms and everything outside the archive are left out. Bytes checked against "
        f"SHA-256 <code>{shown.payload_sha256}</code> just now. "
        f'<a href="/web/{timestamp14(capture.captured)}id_/{live}">Bytes as served</a>'
        + (
            f' · <a href="{escape(room)}/capture/{escape(capture.id)}">Where this comes from</a>'
            if room
            else ""
        )
        + "</p></div>"
    )


def notice(title: str, words: str) -> str:
    """Return a plain page that says `words`."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_PLAIN}</style></head>"
        f"<body><h1>{escape(title)}</h1><p>{words}</p></body></html>"
    )


def content_digest(sha256: str) -> str:
    """Return a digest as a header has it (RFC 9530, 2)."""
    return f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"
