"""One archive with a history, for all tests of promises."""

import pytest

from tests.trust.attacks import Victim, build


@pytest.fixture(scope="session")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Victim:
    """Return an archive that nobody may change: attack a copy."""
    return build(tmp_path_factory.mktemp("victim"))
