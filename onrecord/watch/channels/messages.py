"""Format alerts as messages, Atom, JSON Feed and JSON. Pure."""

import hashlib
from typing import Any
from xml.sax.saxutils import escape

from archive.json_objects import format_utc
from archive.news_item import NewsItem
from archive.watch_and_alert import Alert

_MAX_FEED_ALERTS = 100  # the latest ones
_KIND_LABELS = {
    "new": "New",
    "edit": "Edited",
    "missing": "Missing",
    "gone": "Gone",
    "back": "Back",
    "well": "Well again",
    "template": "Template changed",
}

_OP_LABELS = {"insert": "added to each page", "delete": "removed from each page"}


def alert_title(alert: Alert) -> str:
    """Return an alert in one line."""
    news = alert.news
    label = _KIND_LABELS.get(news.kind, f"Source {news.kind}")
    return f"{label}: {news.statement or news.source}"


def alert_body(alert: Alert) -> str:
    """Return an alert as text: what happened, when, and both captures."""
    news = alert.news
    lines = [
        alert.detail or news.detail,
        f"when: {format_utc(news.when)}",
        f"watch {alert.watch.id}: {alert.watch.kind} {alert.watch.wanted}",
    ]
    lines += [f"{_OP_LABELS[block.op]}: {block.text}" for block in news.blocks]
    lines += [
        f"page: {page.statement}: {page.before} in capture {page.capture_before}, then"
        f" {page.after} in capture {page.capture_after}"
        for page in news.pages
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
        "blocks": [{"op": block.op, "text": block.text} for block in news.blocks],
        "pages": [
            {
                "statement": page.statement,
                "before": {"version": page.before, "capture": page.capture_before},
                "after": {"version": page.after, "capture": page.capture_after},
                "edited": page.is_edited,
            }
            for page in news.pages
        ],
    }


def alert_uri(alert: Alert) -> str:
    """Return a tag URI (RFC 4151) that is the same wherever and however often an alert arrives."""
    identity = f"{alert.watch.kind} {alert.watch.wanted} {alert.watch.held_by} {alert.news.key}"
    return f"tag:onrecord.invalid,2026:{hashlib.sha256(identity.encode()).hexdigest()[:32]}"


def atom_feed(alerts: list[Alert]) -> str:
    """Return the latest alerts as an Atom feed (RFC 4287), the newest first."""
    latest = alerts[-_MAX_FEED_ALERTS:][::-1]
    updated = format_utc(latest[0].news.when) if latest else "1970-01-01T00:00:00Z"
    entries = "".join(
        f"<entry><id>{alert_uri(alert)}</id><title>{_escape_xml(alert_title(alert))}</title>"
        f"<updated>{format_utc(alert.news.when)}</updated>"
        f'<content type="text">{_escape_xml(alert_body(alert))}</content></entry>\n'
        for alert in latest
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
                "id": alert_uri(alert),
                "title": alert_title(alert),
                "content_text": alert_body(alert),
                "date_published": format_utc(alert.news.when),
                "_onrecord": alert_json(alert),
            }
            for alert in alerts[-_MAX_FEED_ALERTS:][::-1]
        ],
    }


def _escape_xml(text: str) -> str:
    """Escape text for XML; drop the characters that XML 1.0 cannot represent."""
    printable = "".join(char for char in text if char in "\t\n\r" or ord(char) >= 32)
    return escape(
        "".join(c for c in printable if not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )
