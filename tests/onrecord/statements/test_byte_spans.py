"""In which bytes of its capture a statement's words stand, as a reader asks for it."""

import json
from pathlib import Path

import pytest

from archive.archive_folder import find_archive
from archive.warc.exchanges import read_exchanges
from tests.conftest import Run

RELEASE = "meridian_panel:PD_2024_7"
SAID = "held without charge at the Ostrel Street facility"


def bodies(archive: Path) -> dict[str, bytes]:
    """Return the bodies of all captures, by id."""
    folder = find_archive(archive).warc
    files = sorted(folder.rglob("*.warc.gz"))
    return {each.id: each.body() for file in files for each in read_exchanges(file)}


def test_each_block_stands_where_it_is_said_to(panel_archive: Run, archive_folder: Path) -> None:
    found = json.loads(panel_archive("places", RELEASE, "--json").output)

    body = bodies(archive_folder)[found["capture"]]
    text = json.loads(panel_archive("show", RELEASE, "--json").output)["text"]
    assert [each["exact"] for each in found["places"]] == text.split("\n")
    for each in found["places"]:
        markup = body[each["first_byte"] : each["last_byte"] + 1].decode()
        assert each["exact"].split()[0].strip("“*") in markup
        assert markup.endswith(each["exact"].rstrip(".”")[-5:])


def test_quoted_words_have_their_own_bytes(panel_archive: Run, archive_folder: Path) -> None:
    found = json.loads(panel_archive("places", RELEASE, "--quote", SAID.upper(), "--json").output)

    (place,) = found["places"]
    body = bodies(archive_folder)[found["capture"]]
    assert body[place["first_byte"] : place["last_byte"] + 1].decode() == SAID == place["exact"]


def test_people_read_the_bytes_beside_the_words(panel_archive: Run) -> None:
    done = panel_archive("places", RELEASE, "--quote", SAID)

    assert done.exit_code == 0
    assert done.output.splitlines()[-1].endswith(f"  {SAID}")
    assert "SHA-256" in done.output


def test_words_that_are_in_no_version_have_no_place(panel_archive: Run) -> None:
    done = panel_archive("places", RELEASE, "--quote", "never said")

    assert done.exit_code != 0
    assert "never said" in done.stderr


def test_no_place_is_told_in_bytes_that_were_changed(
    panel_archive: Run, archive_folder: Path
) -> None:
    found = json.loads(panel_archive("places", RELEASE, "--json").output)
    file = find_archive(archive_folder).warc / found["warc"]
    raw = bytearray(file.read_bytes())
    raw[found["offset"] + 200] ^= 1
    file.write_bytes(raw)

    done = panel_archive("places", RELEASE)

    assert done.exit_code == 3
    assert not done.output.startswith(RELEASE)


@pytest.mark.parametrize("edition", [0, 1])
def test_every_version_has_places_in_its_own_capture(panel_archive: Run, edition: int) -> None:
    versions = panel_archive("versions", RELEASE, "--json").output.splitlines()
    name = json.loads(versions[edition])["version"]

    found = json.loads(panel_archive("places", name, "--json").output)

    assert found["version"] == name
    assert all(each["first_byte"] is not None for each in found["places"])
