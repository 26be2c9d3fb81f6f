"""The page that frames an archived page: a banner, and below it the page in a shadow tree.

Style sheets in a shadow tree apply to that tree only, and the box around it contains whatever they
position: they can neither restyle, hide nor cover the banner.
"""

from base64 import b64encode
from html import escape

from archive.json_objects import format_utc
from archive.models import Capture
from archive.urls.memento import timestamp14
from onrecord.print_output import clean
from onrecord.web.replay.sanitise import SanitisedPage

CONTENT_SECURITY_POLICY = (
    "sandbox; default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {ancestors}"
)
_MEMENTO_STYLE = """
html,body{margin:0;background:#fff;color:#000}
.banner{box-sizing:border-box;padding:.6rem 1rem;background:#14324a;color:#fff;
font:14px/1.45 system-ui,sans-serif;border-bottom:3px solid #e0a526}
.banner b{font-weight:600}.banner a{color:#ffe3a1}.banner p{margin:0}
.banner code{font:12px ui-monospace,monospace;overflow-wrap:anywhere}
.box{contain:layout paint;overflow:auto;min-height:60vh;padding:8px}
"""
_NOTICE_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;"
    "margin:3rem auto;padding:0 1rem}code{overflow-wrap:anywhere}"
)


def memento_page(page: SanitisedPage, banner: str) -> str:
    """Return the page that shows an archived page, in its box, below `banner`."""
    lang = f' lang="{escape(page.lang)}"' if page.lang else ""
    attributes = lang + (f' dir="{page.direction}"' if page.direction else "")
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(clean(page.title))}</title><style>{_MEMENTO_STYLE}</style></head>"
        f'<body>{banner}<div class="box"{attributes}><archived-page>'
        f'<template shadowrootmode="open">{page.styles}{page.body}</template>'
        "</archived-page></div></body></html>"
    )


def render_banner(capture: Capture, body_capture: Capture, room_origin: str) -> str:
    """Return the banner: address, time of capture, digest, and what is left out.

    `body_capture` is the capture whose bytes are shown: an earlier one if `capture` was unchanged
    (304). `room_origin` is the origin of the reading room, or "".
    """
    live_url = escape(clean(capture.url))
    unchanged_note = "" if body_capture.id == capture.id else (
        " The server said it was unchanged; these are the bytes of "
        f"{format_utc(body_capture.captured)[:19]}Z."
    )  # fmt: skip
    return (
        '<div class="banner" lang="en"><p><b>Archived copy</b>, captured '
        f"<b>{format_utc(capture.captured)[:19].replace('T', ' ').rstrip('Z')} UTC</b> from "
        f'<a href="{live_url}" rel="noreferrer">{live_url}</a>.{unchanged_note}</p>'
        f"<p>Scripts, forms and everything outside the archive are left out. Bytes just verified "
        f"against SHA-256 <code>{body_capture.payload_sha256}</code>. "
        f'<a href="/web/{timestamp14(capture.captured)}id_/{live_url}">Bytes as served</a>'
        + (
            f' · <a href="{escape(room_origin)}/capture/{escape(capture.id)}">Provenance</a>'
            if room_origin
            else ""
        )
        + "</p></div>"
    )


def notice_page(title: str, message: str) -> str:
    """Return a plain page with `title` and `message`; `message` is HTML, `title` is text."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_NOTICE_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1><p>{message}</p></body></html>"
    )


def content_digest(sha256: str) -> str:
    """Return the value of a Content-Digest header (RFC 9530, 2)."""
    return f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"
