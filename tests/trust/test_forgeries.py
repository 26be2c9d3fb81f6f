"""Every forgery in the table is found by plain `verify`, and no command repeats it."""

from pathlib import Path

import pytest

from tests.support.forged_archive import Victim, build
from tests.trust.forgeries import FORGERIES, SAID, Forgery, forge


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Victim:
    return build(tmp_path_factory.mktemp("sound"))


def test_a_sound_archive_verifies_and_is_cited(sound: Victim, tmp_path: Path) -> None:
    copy = sound.copy(tmp_path / "archive")

    assert copy.run("verify") == (0, "ok: 15 pass\n")
    assert [copy.run(*command[:2], *_out(command, tmp_path))[0] for command in SAID] == [0, 0, 0]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.name)
def test_a_forgery_is_named_and_refused(sound: Victim, forgery: Forgery, tmp_path: Path) -> None:
    copy, line = forge(sound, forgery, tmp_path)

    assert line, forgery.name
    assert [copy.run(*command)[0] for command in forgery.refused] == [3] * len(forgery.refused)


def test_a_refusal_names_the_field(sound: Victim, tmp_path: Path) -> None:
    copy = sound.copy(tmp_path / "archive")
    copy.sql("UPDATE capture SET captured = '2019' || substr(captured, 5)")

    code, output = copy.run("cite", "brook:a")

    assert code == 3
    assert "captured: recorded as 2024-04-05T09:30:00Z, found '2019-04-05" in output


def _out(command: tuple[str, ...], folder: Path) -> list[str]:
    return [part if part != "p.zip" else str(folder / part) for part in command[2:]]
