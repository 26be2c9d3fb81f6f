"""Deliver alerts: each channel in order, each alert after the one before has arrived.

A feed file is rewritten from all recent alerts, so it has each once whatever happens. A message is
recorded as delivered after its receiver accepted it: if the process is killed in between, it is
sent again, with the same alert number. It is never lost.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from archive.catalogue.monitoring import alert_queue
from archive.errors import FetchError
from archive.watch_and_alert import Alert, Channel
from onrecord.command_context import Context
from onrecord.watch.channels.feed_files import FEED_KINDS, after_failure, write_feed
from onrecord.watch.channels.messages import alert_body, alert_title

if TYPE_CHECKING:
    from apprise import Apprise

logger = logging.getLogger(__name__)

_MAX_DIGEST_ALERTS = 200  # the rest come in the next message

Send = Callable[[str, str, str], None]  # channel, title, body; FetchError where it did not arrive


def deliver_alerts(context: Context, now: datetime, send: Send | None = None) -> list[str]:
    """Deliver the alerts of every channel; return the problem of each that will be retried.

    One process at a time: return [] at once while another one delivers.
    """
    lock = FileLock(context.home.root / ".telling.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        return []
    try:
        with context.catalogue() as connection:
            problems = [
                _deliver_to_channel(connection, channel, now, send or send_by_apprise)
                for channel in alert_queue.channels(connection)
            ]
    finally:
        lock.release()
    return [problem for problem in problems if problem]


def _deliver_to_channel(connection: Connection, channel: Channel, now: datetime, send: Send) -> str:
    kind, _, rest = channel.url.partition(":")
    if kind in FEED_KINDS:
        return write_feed(connection, channel, kind, Path(rest), now)
    if channel.next_try is not None and now < channel.next_try:
        return f"{masked_url(channel.url)}: waits until {channel.next_try:%Y-%m-%d %H:%M}Z"
    alerts = alert_queue.alerts(connection, after=channel.told)
    for message in group_alerts(alerts, channel, now):
        try:
            send(channel.url, *_message_text(message))
        except FetchError as error:
            failed_channel = after_failure(channel, now, str(error))
            alert_queue.save_channel(connection, failed_channel)
            connection.commit()
            logger.info("not delivered through %s", masked_url(channel.url))
            return f"{masked_url(channel.url)}: {error}"
        channel = replace(
            channel, told=message[-1].seq, last=now, failures=0, next_try=None, problem=""
        )
        alert_queue.save_channel(connection, channel)
        connection.commit()
        logger.info("%d alerts delivered through %s", len(message), masked_url(channel.url))
    return ""


def group_alerts(alerts: list[Alert], channel: Channel, now: datetime) -> list[list[Alert]]:
    """Group alerts into the messages that are to be sent now, in order.

    One alert a message; for a digest, up to 200, once its hours have passed.
    """
    if not channel.digest:
        return [[alert] for alert in alerts]
    if channel.last is not None and now - channel.last < timedelta(hours=channel.digest):
        return []
    return [
        alerts[start : start + _MAX_DIGEST_ALERTS]
        for start in range(0, len(alerts), _MAX_DIGEST_ALERTS)
    ]


def _message_text(message: list[Alert]) -> tuple[str, str]:
    if len(message) == 1:
        return alert_title(message[0]), alert_body(message[0])
    lines = [f"{alert_title(alert)}\n{alert_body(alert)}" for alert in message]
    return f"{len(message)} alerts", "\n\n".join(lines)


def masked_url(url: str) -> str:
    """Return a channel's address without its secrets: Apprise addresses hold passwords."""
    kind, _, rest = url.partition(":")
    if kind in FEED_KINDS:
        return url
    return f"{kind}://…{rest[-4:]}" if len(rest) > 12 else f"{kind}://…"


def check_channel(url: str) -> str:
    """Return a channel's address, a file's made absolute; FetchError where it is unusable."""
    kind, _, rest = url.partition(":")
    if kind in FEED_KINDS:
        path = Path(rest).expanduser().resolve()
        if not rest or not path.parent.is_dir():
            raise FetchError(f"{url}: expected a file in a folder that exists")
        return f"{kind}:{path}"
    _apprise(url)
    return url


def send_by_apprise(url: str, heading: str, text: str) -> None:
    """Send one message; FetchError where it did not arrive."""
    if not _apprise(url).notify(body=text, title=heading, body_format="text"):
        raise FetchError("not delivered")


def _apprise(url: str) -> "Apprise":
    try:
        from apprise import Apprise
    except ImportError as error:
        raise FetchError(
            "expected apprise for messages; install it with: pip install 'onrecord[alerts]'"
        ) from error
    apprise = Apprise()
    if not apprise.add(url):
        raise FetchError(f"{masked_url(url)}: expected an address that Apprise supports")
    return apprise
