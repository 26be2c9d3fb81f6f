"""Fixtures for all tests: the command line, archives, a catalogue; no network beyond loopback."""

import atexit
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from runpy import run_path
from typing import Any

import hypothesis
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection

from archive.catalogue.database import transaction
from tests.support.paths import SAMPLE, SHARED

# No deadline: the time a property takes depends on the machine more than on the program.
hypothesis.settings.register_profile("onrecord", deadline=None)
hypothesis.settings.load_profile("onrecord")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Return an id for bytes and functions that is the same in every process of pytest-xdist.

    The default would not be: packed bytes hold the time, a function's repr its address.
    """
    if isinstance(val, bytes):
        return f"{len(val)} bytes"
    return getattr(val, "__name__", None) if callable(val) else None


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to any address but loopback."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not _is_loopback(address[0]):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_to_loopback)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture
def shared() -> Path:
    """Return the folder of real pages and texts beside the project; skip where there is none."""
    if not SHARED.is_dir():
        pytest.skip(f"needs real pages at {SHARED} (or $ONRECORD_SHARED)")
    return SHARED


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Connection]:
    with transaction(tmp_path / "catalogue.sqlite") as connection:
        yield connection


Run = Callable[..., Result]


@pytest.fixture
def archive_folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def run(archive_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the tool as a user would, on an archive of the test's own."""
    for name in [name for name in os.environ if name.startswith("ONRECORD_")]:
        if name != "ONRECORD_SHARED":
            monkeypatch.delenv(name)

    def run(*args: str | Path, stdin: str | None = None) -> Result:
        from onrecord.cli import cli

        arguments = ["--archive", str(archive_folder), *map(str, args)]
        return CliRunner().invoke(cli, arguments, input=stdin, catch_exceptions=False)

    return run


@cache
def packed_editions() -> Path:
    """Return a folder with the sample publisher's two editions as WARC files."""
    folder = Path(tempfile.mkdtemp(prefix="onrecord-editions-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pack = run_path(str(SAMPLE / "pack.py"))
    for edition in sorted(pack["EDITIONS"].iterdir()):
        pack["pack"](edition, folder / f"panel-{edition.name}.warc.gz")
    return folder


@pytest.fixture
def panel_archive(run: Run, archive_folder: Path) -> Run:
    """Run the tool on an archive that holds both editions of the sample publisher's site."""
    run("init")
    shutil.copy(SAMPLE / "meridian_panel.toml", archive_folder / "sources")
    result = run("scrape", "meridian_panel", "--from", packed_editions())
    assert result.exit_code == 0, result.output
    return run
