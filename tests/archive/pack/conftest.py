import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.timestamps import authorities, renewal
from tests.support.evidence_packs import archive_with_pack, make_pack
from tests.support.timestamp_authority import post, serving
from tests.support.whole_archives import NOON


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a pack with a timestamp, and a change of keys since."""
    folder = tmp_path_factory.mktemp("stamped")
    archive, capture, first = archive_with_pack(folder)
    shutil.rmtree(first)
    with archive, serving(folder / "tsa") as authority:
        authorities.add(archive.home.log, authority)
        now = datetime.now(UTC)
        wanted_tokens = renewal.pending_requests(archive.log.checkpoints, [authority], now)
        renewal.obtain_timestamps(archive.log, wanted_tokens, post, now)
        archive.log.rotate(NOON)
        return make_pack(archive.home, archive.log, capture, first)
