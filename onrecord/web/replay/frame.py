"""The page that an archived page is shown in: a banner in a shadow tree, out of its reach.

The archived body is slotted into a box that contains whatever it positions, so that its style
sheets can neither restyle the banner nor lay anything over it.
"""

from base64 import b64encode
from html import escape

from archive.memento import timestamp14
from archive.models import Capture
from archive.shapes import utc
from onrecord.output import clean
from onrecord.web.replay.sanitise import Page

POLICY = (
    "sandbox; default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {ancestors}"
)
_STYLE = """
:host{display:block!important;margin:0!important;padding:0!important;visibility:visible!important;
opacity:1!important;transform:none!important;filter:none!important;clip-path:none!important;
position:static!important;width:auto!important;height:auto!important;max-width:none!important;
overflow:visible!important}
.banner{all:initial;display:block;box-sizing:border-box;padding:.6rem 1rem;background:#14324a;
color:#fff;font:14px/1.45 system-ui,sans-serif;border-bottom:3px solid #e0a526;direction:ltr}
.banner b{font-weight:600}.banner a{color:#ffe3a1}.banner p{margin:0}
.banner code{font:12px ui-monospace,monospace;overflow-wrap:anywhere}
.page{display:block;contain:layout paint;padding:8px;min-height:60vh}
"""


_PLAIN = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;"
    "margin:3rem auto;padding:0 1rem}code{overflow-wrap:anywhere}"
)


def memento(page: Page, banner: str) -> str:
    """Return an archived page, in its box, below `banner`."""
    lang, way = page.language
    title = escape(clean(page.title))
    attributes = (f' lang="{escape(lang)}"' if lang else "") + (f' dir="{way}"' if way else "")
    return (
        f"<!doctype html>\n<html{attributes}><head>"
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title>{page.styles()}</head>"
        f'<body><template shadowrootmode="closed"><style>{_STYLE}</style>'
        f'{banner}<div class="page"><slot></slot></div></template>\n'
        f"{page.body()}</body></html>"
    )


def banner(capture: Capture, shown: Capture, room: str) -> str:
    """Return the strip that says what this is, when it was captured and how it was checked.

    `shown` is the capture that the bytes are of; `room` is the address of the reading room.
    """
    live = escape(clean(capture.url))
    same = "" if shown.id == capture.id else (
        f" The server said it was unchanged; these are the bytes of {utc(shown.captured)[:19]}Z."
    )  # fmt: skip
    return (
        '<div class="banner" lang="en"><p><b>Archived copy</b>, captured '
        f"<b>{utc(capture.captured)[:19].replace('T', ' ').rstrip('Z')} UTC</b> from "
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
