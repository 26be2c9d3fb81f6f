"""The reading room's processes share the connections and end with the first of them."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from onrecord.command_context import Context
from onrecord.web.serve.server import ServeOptions, _process_count, open_reading_room
from tests.conftest import Run

CHILDREN = Path("/proc/self/task") / str(os.getpid()) / "children"


@pytest.fixture
def server(panel_archive: Run, archive_folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "onrecord", "--quiet", "--archive", str(archive_folder)]
    ports = ["--port", "0", "--replay-port", "0"]
    with subprocess.Popen([*command, "serve", *ports], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server, server.stdout.readline().strip()
        server.kill()


def child_pids(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_until_ended(pid: int) -> None:
    """Wait until a process that is not a child of ours has ended; fail after 30 seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([handle], [], [], 30)[0], f"{pid} is still there"
    finally:
        os.close(handle)


needs_proc = pytest.mark.skipif(not CHILDREN.exists(), reason="needs /proc with children")


@needs_proc
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_first(
    server: tuple[subprocess.Popen[str], str], ending: signal.Signals
) -> None:
    process, address = server
    assert requests.get(address, timeout=10).status_code == 200
    children = child_pids(process.pid)
    assert len(children) == _process_count(ServeOptions()) - 1

    process.send_signal(ending)

    for pid in [*children, process.pid]:
        wait_until_ended(pid)


def count_sockets(pid: int) -> int:
    targets = (str(target.readlink()) for target in Path(f"/proc/{pid}/fd").iterdir())
    return sum(target.startswith("socket:") for target in targets)


@needs_proc
def test_connections_are_distributed_among_the_processes(
    server: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = server
    assert requests.get(address, timeout=10).status_code == 200  # by now all of them are there
    pids = [process.pid, *child_pids(process.pid)]
    clients = [requests.Session() for _ in range(3 * len(pids))]  # each keeps its connection
    for client in clients[: len(pids)]:
        assert client.get(address, timeout=10).status_code == 200
    sockets_before = {pid: count_sockets(pid) for pid in pids}

    for client in clients[len(pids) :]:
        assert client.get(address, timeout=10).status_code == 200

    assert {pid: count_sockets(pid) - sockets_before[pid] for pid in pids} == dict.fromkeys(pids, 2)


@needs_proc
def test_another_process_answers_in_place_of_a_killed_one(
    server: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = server
    assert requests.get(address, timeout=10).status_code == 200
    for child in child_pids(process.pid):
        os.kill(child, signal.SIGKILL)
        wait_until_ended(child)

    for _ in range(2 * (len(child_pids(process.pid)) + 1)):
        assert requests.get(address, timeout=10).status_code == 200


def test_one_process_serves_an_archive_with_a_password() -> None:
    assert _process_count(ServeOptions(password_hash="$argon2id$…")) == 1  # noqa: S106


def test_a_response_does_not_wait_for_an_acknowledgement_of_its_head(
    panel_archive: Run, archive_folder: Path
) -> None:
    reading_room = open_reading_room(Context(archive_folder), ServeOptions(port=0, replay_port=0))

    async def has_nodelay(listener: socket.socket) -> int:
        writers: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        server = await asyncio.start_server(lambda _, writer: writers.put(writer), sock=listener)
        async with server:
            _, reader = await asyncio.open_connection(*listener.getsockname())
            writer = await writers.get()
            option = writer.get_extra_info("socket").getsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY
            )
            reader.close()
            writer.close()
            return int(option)

    for listener in reading_room.sockets:
        assert asyncio.run(has_nodelay(listener))
