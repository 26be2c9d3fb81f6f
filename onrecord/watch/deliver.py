"""Deliver alerts: each channel in order, each alert after the one before has arrived.

A feed file is written whole from the alerts there are, so it has each once whatever happens. A
message is recorded as told once its receiver took it: where we are killed in between, it is sent
again, with the same alert number. It is never lost.
"""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from archive.catalogue.monitoring import alert_queue
from archive.errors import FetchError
from archive.news import Alert, Channel
from onrecord.context import Context
from onrecord.watch.messages import atom, body, json_feed, title

if TYPE_CHECKING:
    from apprise import Apprise

_FILES = ("atom", "jsonfeed")
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(days=1)
_IN_A_DIGEST = 200  # alerts; the rest come in the next one

Send = Callable[[str, str, str], None]  # channel, title, body; FetchError where it did not arrive


def deliver_alerts(context: Context, now: datetime, send: Send | None = None) -> list[str]:
    """Deliver what is to be delivered; return what did not arrive and will be tried again.

    One process at a time: another that is at it leaves nothing to do.
    """
    lock = FileLock(context.home.root / ".telling.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        return []
    try:
        with context.catalogue() as connection:
            found = [
                _tell(connection, channel, now, send or send_by_apprise)
                for channel in alert_queue.channels(connection)
            ]
    finally:
        lock.release()
    return [problem for problem in found if problem]


def _tell(connection: Connection, channel: Channel, now: datetime, send: Send) -> str:
    kind, _, rest = channel.url.partition(":")
    if kind in _FILES:
        return _write_feed(connection, channel, kind, Path(rest), now)
    if channel.next_try is not None and now < channel.next_try:
        return f"{shown(channel.url)}: waits until {channel.next_try:%Y-%m-%d %H:%M}Z"
    waiting = alert_queue.alerts(connection, after=channel.told)
    for message in messages(waiting, channel, now):
        try:
            send(channel.url, *_text(message))
        except FetchError as error:
            failed = _after_failure(channel, now, str(error))
            alert_queue.save_channel(connection, failed)
            connection.commit()
            return f"{shown(channel.url)}: {error}"
        channel = replace(
            channel, told=message[-1].seq, last=now, failures=0, next_try=None, problem=""
        )
        alert_queue.save_channel(connection, channel)
        connection.commit()
    return ""


def messages(waiting: list[Alert], channel: Channel, now: datetime) -> list[list[Alert]]:
    """Return the alerts of each message that is to be sent now, in order.

    One alert a message; as a digest, all there are in one, once its hours have passed.
    """
    if not channel.digest:
        return [[alert] for alert in waiting]
    if channel.last is not None and now - channel.last < timedelta(hours=channel.digest):
        return []
    return [waiting[at : at + _IN_A_DIGEST] for at in range(0, len(waiting), _IN_A_DIGEST)]


def _text(message: list[Alert]) -> tuple[str, str]:
    if len(message) == 1:
        return title(message[0]), body(message[0])
    lines = [f"{title(each)}\n{body(each)}" for each in message]
    return f"{len(message)} alerts", "\n\n".join(lines)


def _after_failure(channel: Channel, now: datetime, problem: str) -> Channel:
    wait = min(_FIRST_WAIT * (1 << min(channel.failures, 16)), _LONGEST_WAIT)
    return replace(channel, failures=channel.failures + 1, next_try=now + wait, problem=problem)


def _write_feed(
    connection: Connection, channel: Channel, kind: str, path: Path, now: datetime
) -> str:
    last = alert_queue.last_alert_number(connection)
    if path.exists() and channel.told == last and channel.last is not None:
        return ""
    alerts = alert_queue.alerts(connection, latest=100)
    text = atom(alerts) if kind == "atom" else json.dumps(json_feed(alerts))
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        problem = f"{path}: {error.strerror}"
        alert_queue.save_channel(connection, _after_failure(channel, now, problem))
        connection.commit()
        return problem
    told = replace(channel, told=last, last=now, failures=0, next_try=None, problem="")
    alert_queue.save_channel(connection, told)
    connection.commit()
    return ""


def shown(url: str) -> str:
    """Return a channel's address as it may be shown: addresses of Apprise hold passwords."""
    kind, _, rest = url.partition(":")
    return url if kind in _FILES else f"{kind}://…{rest[-4:]}" if len(rest) > 12 else f"{kind}://…"


def check_channel(url: str) -> str:
    """Return a channel's address, a file's made absolute; FetchError where nothing can be told."""
    kind, _, rest = url.partition(":")
    if kind in _FILES:
        path = Path(rest).expanduser().resolve()
        if not rest or not path.parent.is_dir():
            raise FetchError(f"{url}: expected a file in a folder that is there")
        return f"{kind}:{path}"
    _apprise(url)
    return url


def send_by_apprise(url: str, heading: str, text: str) -> None:
    """Send one message; FetchError where it did not arrive."""
    if not _apprise(url).notify(body=text, title=heading, body_format="text"):
        raise FetchError("it did not arrive")


def _apprise(url: str) -> "Apprise":
    try:
        from apprise import Apprise
    except ImportError as error:
        raise FetchError(
            "expected apprise for messages; install it with: pip install 'onrecord[alerts]'"
        ) from error
    found = Apprise()
    if not found.add(url):
        raise FetchError(f"{shown(url)}: expected an address that Apprise knows")
    return found
