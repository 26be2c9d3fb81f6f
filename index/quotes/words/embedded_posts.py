"""Find what a post of a social network carries besides its words: links, signature, labels.

X/Twitter, Mastodon, Bluesky, Threads, Instagram, Facebook and Telegram, embedded or pasted.
"""

import re
from collections.abc import Iterator

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”«»]+"
    r"|(?<![\w@/])(?:pic\.(?:twitter|x)\.com|t\.co|t\.me|bsky\.app|fb\.watch|youtu\.be)/[^\s<>\"“”«»]+"
)
_HANDLE = r"@[\w.-]{1,60}(?:@[\w.-]{1,80})?"
_DATE = (
    r"(?:[\s,·•|—–-]*(?!\()[^\n()“”«»\"]{0,60}\b(?:\d{4}|\d{1,2}:\d\d|\d{1,2}[./]\d{1,2})"
    r"[^\n()“”«»\"]{0,30})?"
)
# — Brook Council (@BrookCouncil) March 5, 2024
_SIGNATURE = re.compile(
    rf"(?<!\S)(?:[—–―-]{{1,2}}\s?)(?P<name>[^\n()@“”«»]{{1,80}}?)\s?\(\s?(?P<handle>{_HANDLE})\s?\){_DATE}"
)
# A post shared by Brook Council (@brookcouncil) on Mar 5, 2024, in any language: a line of its own.
_SHARED_BY = re.compile(
    r"^(?P<label>[^\n()@.!?…]{0,60}?(?:shared by|posted by|partagée? par|compartida por|"
    r"compartilhada por|condiviso da|geteilter|delat av|gedeeld door)\s)?"
    rf"(?P<name>[^\n()@.!?…:—–]{{1,60}}?)\s?"
    rf"\(\s?(?P<handle>{_HANDLE})\s?\)[^\n]{{0,80}}$",
    re.M | re.I,
)
_POSTED_BY = re.compile(
    r"^(?:Posted by|Publié par|Publicado por|Gepostet von|Pubblicato da|Geplaatst door)\s"
    r"(?P<name>[^\n]{1,80}?)(?:\s(?:on|le|el|em|am|il|op)\s[^\n]{1,60})?$",
    re.M | re.I,
)
_NETWORKS = "Mastodon|Instagram|Threads|Bluesky|X|Twitter|Facebook|Telegram"
# A line of its own: “View on Mastodon”, “Voir cette publication sur Instagram”.
_LABEL = re.compile(
    rf"^(?:Post by @\S+?)?\s?(?:View (?:this post )?on (?:{_NETWORKS}))$"
    rf"|^Post by {_HANDLE}$"
    rf"|(?<=\n)[^\n.!?,;:]{{3,50}}\s(?:{_NETWORKS})$|^[^\n.!?,;:]{{3,50}}\s(?:{_NETWORKS})(?=\n)"
    r"|\[image or embed\]",
    re.M,
)
_REPOST = re.compile(rf"^\s*RT\s+(?P<handle>{_HANDLE}):?\s*")


def find_additions(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a post's links, signature and labels, which are no words of its author."""
    patterns = [_LINK, _SIGNATURE, _LABEL, _REPOST, _POSTED_BY]
    if "@" in text:
        patterns.append(_SHARED_BY)
    end = 0
    matches = (match for pattern in patterns for match in pattern.finditer(text))
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start() >= end and match.end() > match.start():
            end = match.end()
            yield match.start(), end


def find_signatures(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start and end of each signature of a post, and the name and handle in it."""
    for match in _SIGNATURE.finditer(text):
        yield match.start(), match.end(), f"{match['name'].strip()} ({match['handle']})"


def author_of(text: str) -> str:
    """Return the name and handle that a post is signed with; "" if it is not."""
    if match := _SIGNATURE.search(text) or _SHARED_BY.search(text):
        return f"{match['name'].strip()} ({match['handle']})"
    if match := _POSTED_BY.search(text):
        return match["name"].strip()
    match = _REPOST.match(text)
    return match["handle"] if match else ""


def strip_additions(text: str) -> str:
    r"""Return the words of a post without its links, signature and labels.

    >>> strip_additions("Free them. https://t.co/a1\n\n— Brook (@brook) March 5, 2024")
    'Free them.'
    """
    parts: list[str] = []
    position = 0
    for start, end in find_additions(text):
        parts.append(text[position:start])
        position = end
    parts.append(text[position:])
    return re.sub(r"[ \t]+(?=\n|$)", "", "".join(parts)).strip()
