"""A running reading room, shared by all tests that only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.reading_room_server import RunningRoom, create_sample_archive, serve_archive


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRoom]:
    folder: Path = tmp_path_factory.mktemp("reading")
    with serve_archive(create_sample_archive(folder)) as served:
        yield served
