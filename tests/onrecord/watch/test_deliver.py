"""Alerts are delivered in order, retried and never lost."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from lxml import etree

from archive.catalogue.monitoring import alert_queue, watch_list
from archive.errors import FetchError
from archive.watch_and_alert import Watch
from onrecord.command_context import Context
from onrecord.log_output import log_to_stderr
from onrecord.watch.deliver import check_channel, deliver_alerts, masked_url
from tests.onrecord.conftest import PANEL, Collecting
from tests.support.builders import START

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def alerted(collecting: Collecting) -> Collecting:
    """Return an archive with three alerts, numbered 1 to 3, and none of them delivered."""
    with collecting.connect() as connection:
        watch_list.add_watch(connection, Watch(kind="source", wanted=PANEL, added=START))
    for number in (1, 2, 3):
        collecting.publisher.publish(number, f"Statement {number}.")
    collecting.every(24, 1)
    return collecting


def add_channel(alerted: Collecting, url: str, digest: float = 0.0) -> None:
    """Add a channel to which all existing alerts are to be delivered."""
    with alerted.connect() as connection:
        alert_queue.add_channel(connection, url, digest)
        (channel,) = [channel for channel in alert_queue.channels(connection) if channel.url == url]
        alert_queue.save_channel(connection, replace(channel, told=0))


def numbers(text: str) -> list[int]:
    return [int(line.split()[1]) for line in text.splitlines() if line.startswith("alert ")]


def test_alerts_are_delivered_in_order_and_each_once(alerted: Collecting) -> None:
    add_channel(alerted, "test://here")
    delivered: list[str] = []

    for _ in range(3):
        deliver_alerts(
            alerted.context, alerted.clock(), lambda url, title, body: delivered.append(body)
        )

    assert numbers("\n".join(delivered)) == [1, 2, 3]


def test_a_failed_message_delays_the_next_ones_and_is_retried(alerted: Collecting) -> None:
    add_channel(alerted, "test://here")
    delivered: list[str] = []

    def refuse_once(url: str, title: str, body: str) -> None:
        if "alert 2" in body and not refused:
            refused.append(body)
            raise FetchError("503")
        delivered.append(body)

    refused: list[str] = []
    assert deliver_alerts(alerted.context, alerted.clock(), refuse_once) == ["test://…: 503"]
    assert numbers("\n".join(delivered)) == [1]
    assert "waits" in deliver_alerts(alerted.context, alerted.clock(), refuse_once)[0]
    deliver_alerts(alerted.context, alerted.clock() + timedelta(minutes=6), refuse_once)

    assert numbers("\n".join(delivered)) == [1, 2, 3]


def test_a_digest_is_one_message_in_its_hours(alerted: Collecting) -> None:
    add_channel(alerted, "test://here", digest=24)
    delivered: list[tuple[str, str]] = []

    def record(url: str, title: str, body: str) -> None:
        delivered.append((title, body))

    deliver_alerts(alerted.context, alerted.clock(), record)
    alerted.publisher.publish(4, "Statement 4.")
    alerted.every(2, 1)
    deliver_alerts(alerted.context, alerted.clock(), record)
    assert [(title, numbers(body)) for title, body in delivered] == [("3 alerts", [1, 2, 3])]

    alerted.clock.pass_by(hours=24)
    deliver_alerts(alerted.context, alerted.clock(), record)
    assert numbers(delivered[1][1]) == [4]


def test_feed_files_hold_each_alert_once_the_newest_first(
    alerted: Collecting, tmp_path: Path
) -> None:
    atom, feed = tmp_path / "alerts.atom", tmp_path / "alerts.json"
    for url in (f"atom:{atom}", f"jsonfeed:{feed}"):
        add_channel(alerted, url)

    deliver_alerts(alerted.context, alerted.clock())

    items = json.loads(feed.read_text())["items"]
    assert [item["_onrecord"]["alert"] for item in items] == [3, 2, 1]
    entries = etree.parse(atom).getroot().findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [item["id"] for item in items]
    assert len({item["id"] for item in items}) == 3


def test_a_process_killed_between_two_messages_resumes_after_the_last_delivered(
    alerted: Collecting, tmp_path: Path
) -> None:
    add_channel(alerted, "test://here")
    received = tmp_path / "received"
    program = (
        "import os, signal, sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from onrecord.command_context import Context\n"
        "from onrecord.watch.deliver import deliver_alerts\n"
        "def send(url, title, body):\n"
        "    if 'alert 2' in body and sys.argv[3] == 'die':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    with open(sys.argv[2], 'a') as file:\n        file.write(body + '\\n')\n"
        "deliver_alerts(Context(Path(sys.argv[1])), datetime.now(UTC), send)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    words = [sys.executable, "-c", program, str(alerted.folder), str(received)]

    process = subprocess.run([*words, "die"], env=environment, check=False)
    assert process.returncode == -signal.SIGKILL
    assert numbers(received.read_text()) == [1]
    subprocess.run([*words, "live"], env=environment, check=True)

    assert numbers(received.read_text()) == [1, 2, 3]


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[bytes]]]:
    """Yield the address of a webhook on loopback and the bodies it received."""
    received: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *said: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", received
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_apprise_carries_alerts_to_a_webhook(
    alerted: Collecting, webhook: tuple[str, list[bytes]]
) -> None:
    pytest.importorskip("apprise")
    url, received = webhook
    add_channel(alerted, check_channel(url))

    assert deliver_alerts(alerted.context, alerted.clock()) == []

    bodies = [json.loads(item)["message"] for item in received]
    assert numbers("\n".join(bodies)) == [1, 2, 3]


def test_an_unusable_address_is_refused_and_passwords_are_not_shown() -> None:
    with pytest.raises(FetchError, match="in a folder that exists"):
        check_channel("atom:/no/such/folder/feed.atom")

    assert masked_url("mailto://me:secret@mail.example") == "mailto://…mple"
    assert masked_url("atom:/srv/alerts.atom") == "atom:/srv/alerts.atom"


def test_a_delivery_is_logged_without_the_channels_password_and_the_alerts_words(
    alerted: Collecting, capsys: pytest.CaptureFixture[str]
) -> None:
    add_channel(alerted, "mailto://me:secret@mail.example")

    with log_to_stderr(details=True):
        deliver_alerts(alerted.context, alerted.clock(), lambda url, title, body: None)

    lines = capsys.readouterr().err
    assert (
        lines.count("info onrecord.watch.deliver: 1 alerts delivered through mailto://…mple") == 3
    )
    assert "secret" not in lines
    assert "Statement" not in lines


def test_two_processes_deliver_nothing_twice(alerted: Collecting) -> None:
    add_channel(alerted, "test://here")
    delivered: list[str] = []

    def send(url: str, title: str, body: str) -> None:
        delivered.append(body)
        assert deliver_alerts(Context(alerted.folder), alerted.clock(), send) == []

    deliver_alerts(alerted.context, alerted.clock(), send)

    assert numbers("\n".join(delivered)) == [1, 2, 3]
