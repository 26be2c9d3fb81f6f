"""Write the feed files of channels: each from all recent alerts, replaced at once."""

import json
import logging
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue.monitoring import alert_queue
from archive.watch_and_alert import Channel
from onrecord.watch.channels.messages import atom_feed, json_feed

logger = logging.getLogger(__name__)

FEED_KINDS = ("atom", "jsonfeed")
_MIN_RETRY_WAIT, _MAX_RETRY_WAIT = timedelta(minutes=5), timedelta(days=1)


def after_failure(channel: Channel, now: datetime, problem: str) -> Channel:
    """Return a channel after a delivery that failed: it is tried again, later each time."""
    wait = min(_MIN_RETRY_WAIT * (1 << min(channel.failures, 16)), _MAX_RETRY_WAIT)
    return replace(channel, failures=channel.failures + 1, next_try=now + wait, problem=problem)


def write_feed(
    connection: Connection, channel: Channel, kind: str, path: Path, now: datetime
) -> str:
    """Write the feed file of a channel where alerts are new; return the problem, "" for none."""
    last_number = alert_queue.last_alert_number(connection)
    if path.exists() and channel.told == last_number and channel.last is not None:
        return ""
    alerts = alert_queue.alerts(connection, latest=100)
    text = atom_feed(alerts) if kind == "atom" else json.dumps(json_feed(alerts))
    temporary_path = path.with_name(f".{path.name}.new")
    try:
        with temporary_path.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary_path.replace(path)
    except OSError as error:
        problem = f"{path}: {error.strerror}"
        alert_queue.save_channel(connection, after_failure(channel, now, problem))
        connection.commit()
        return problem
    delivered = replace(channel, told=last_number, last=now, failures=0, next_try=None, problem="")
    alert_queue.save_channel(connection, delivered)
    connection.commit()
    logger.info("wrote the feed %s: %d alerts", path.name, len(alerts))
    return ""


def rewrite_feeds(connection: Connection, now: datetime) -> list[str]:
    """Write each feed file anew from the alerts that are there; return what went wrong."""
    problems = []
    for channel in alert_queue.channels(connection):
        kind, _, rest = channel.url.partition(":")
        if kind in FEED_KINDS and (path := Path(rest)).exists():
            path.with_name(f".{path.name}.new").unlink(missing_ok=True)
            problems.append(write_feed(connection, replace(channel, last=None), kind, path, now))
    return [problem for problem in problems if problem]
