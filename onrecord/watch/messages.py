"""What an alert says: to a person, to a feed reader, to a program. Pure."""

import hashlib
from typing import Any
from xml.sax.saxutils import escape

from archive.json_objects import format_utc
from archive.news import Alert, NewsItem

_LATEST = 100  # alerts that a feed holds
_SAID = {
    "new": "New",
    "edit": "Edited",
    "missing": "Missing",
    "gone": "Gone",
    "back": "Back",
    "well": "Well again",
}


def title(alert: Alert) -> str:
    """Return an alert in one line."""
    news = alert.news
    said = _SAID.get(news.kind, f"Source {news.kind}")
    return f"{said}: {news.statement or news.source}"


def body(alert: Alert) -> str:
    """Return what a person needs to act on it: what, when, and both captures."""
    news = alert.news
    lines = [
        alert.detail or news.detail,
        f"when: {format_utc(news.when)}",
        f"watch {alert.watch.id}: {alert.watch.kind} {alert.watch.wanted}",
    ]
    if news.capture_before:
        lines.append(f"before: {news.before} in capture {news.capture_before}")
    if news.capture_after:
        lines.append(f"after: {news.after or 'nothing'} in capture {news.capture_after}")
    if news.before and news.after:
        names = [name.partition("@")[2] for name in (news.before, news.after)]
        lines.append(f"see: onrecord diff {news.statement} {' '.join(names)}")
    lines.append(f"alert {alert.seq}")
    return "\n".join(line for line in lines if line)


def alert_json(alert: Alert) -> dict[str, Any]:
    """Return an alert with the keys that docs/json.md promises."""
    return {
        "alert": alert.seq,
        "watch": alert.watch.id,
        "watch_kind": alert.watch.kind,
        "wanted": alert.watch.wanted,
        "detail": alert.detail,
        **news_json(alert.news),
    }


def news_json(news: NewsItem) -> dict[str, Any]:
    return {
        "news": news.seq,
        "kind": news.kind,
        "when": format_utc(news.when),
        "source": news.source,
        "statement": news.statement,
        "before": {"version": news.before, "capture": news.capture_before},
        "after": {"version": news.after, "capture": news.capture_after},
        "about": news.detail,
    }


def identity(alert: Alert) -> str:
    """Return what is the same for this alert wherever and however often it arrives (RFC 4151)."""
    said = f"{alert.watch.kind} {alert.watch.wanted} {alert.watch.held_by} {alert.news.key}"
    return f"tag:onrecord.invalid,2026:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def atom(alerts: list[Alert]) -> str:
    """Return the latest alerts as an Atom feed (RFC 4287), the newest first."""
    latest = alerts[-_LATEST:][::-1]
    updated = format_utc(latest[0].news.when) if latest else "1970-01-01T00:00:00Z"
    entries = "".join(
        f"<entry><id>{identity(each)}</id><title>{_xml(title(each))}</title>"
        f"<updated>{format_utc(each.news.when)}</updated>"
        f'<content type="text">{_xml(body(each))}</content></entry>\n'
        for each in latest
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>tag:onrecord.invalid,2026:alerts</id><title>OnRecord alerts</title>"
        f"<author><name>OnRecord</name></author><updated>{updated}</updated>\n{entries}</feed>\n"
    )


def json_feed(alerts: list[Alert]) -> dict[str, Any]:
    """Return the latest alerts as a JSON Feed 1.1, the newest first."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "OnRecord alerts",
        "items": [
            {
                "id": identity(each),
                "title": title(each),
                "content_text": body(each),
                "date_published": format_utc(each.news.when),
                "_onrecord": alert_json(each),
            }
            for each in alerts[-_LATEST:][::-1]
        ],
    }


def _xml(text: str) -> str:
    """Return text for XML: what XML 1.0 has no way to write is left out."""
    kept = "".join(char for char in text if char in "\t\n\r" or ord(char) >= 32)
    return escape(
        "".join(c for c in kept if not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )
