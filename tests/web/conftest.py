"""One reading room for all tests of it that only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.reading_room_server import Reading, sample_archive, serving


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    folder: Path = tmp_path_factory.mktemp("reading")
    with serving(sample_archive(folder)) as served:
        yield served
