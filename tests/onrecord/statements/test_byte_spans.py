"""`onrecord places`: the bytes of a capture that hold the words of a statement."""

import json
from pathlib import Path

import pytest

from archive.archive_folder import find_archive
from archive.warc.read_exchanges import read_exchanges
from tests.conftest import Run

RELEASE = "meridian_panel:PD_2024_7"
QUOTED = "held without charge at the Ostrel Street facility"


def bodies(archive: Path) -> dict[str, bytes]:
    """Return the bodies of all captures, by id."""
    folder = find_archive(archive).warc
    files = sorted(folder.rglob("*.warc.gz"))
    return {exchange.id: exchange.body() for file in files for exchange in read_exchanges(file)}


def test_the_bytes_of_each_block_hold_its_words(panel_archive: Run, archive_folder: Path) -> None:
    result = json.loads(panel_archive("places", RELEASE, "--json").output)

    body = bodies(archive_folder)[result["capture"]]
    text = json.loads(panel_archive("show", RELEASE, "--json").output)["text"]
    assert [span["exact"] for span in result["places"]] == text.split("\n")
    for span in result["places"]:
        markup = body[span["first_byte"] : span["last_byte"] + 1].decode()
        assert span["exact"].split()[0].strip("“*") in markup
        assert markup.endswith(span["exact"].rstrip(".”")[-5:])


def test_quoted_words_have_their_own_bytes(panel_archive: Run, archive_folder: Path) -> None:
    result = json.loads(
        panel_archive("places", RELEASE, "--quote", QUOTED.upper(), "--json").output
    )

    (span,) = result["places"]
    body = bodies(archive_folder)[result["capture"]]
    assert body[span["first_byte"] : span["last_byte"] + 1].decode() == QUOTED == span["exact"]


def test_the_terminal_output_shows_bytes_next_to_words(panel_archive: Run) -> None:
    result = panel_archive("places", RELEASE, "--quote", QUOTED)

    assert result.exit_code == 0
    assert result.output.splitlines()[-1].endswith(f"  {QUOTED}")
    assert "SHA-256" in result.output


def test_words_that_are_in_no_version_are_an_error(panel_archive: Run) -> None:
    result = panel_archive("places", RELEASE, "--quote", "never said")

    assert result.exit_code != 0
    assert "never said" in result.stderr


def test_no_place_is_printed_for_changed_bytes(panel_archive: Run, archive_folder: Path) -> None:
    result = json.loads(panel_archive("places", RELEASE, "--json").output)
    file = find_archive(archive_folder).warc / result["warc"]
    raw = bytearray(file.read_bytes())
    raw[result["offset"] + 200] ^= 1
    file.write_bytes(raw)

    failed = panel_archive("places", RELEASE)

    assert failed.exit_code == 3
    assert not failed.output.startswith(RELEASE)


@pytest.mark.parametrize("edition", [0, 1])
def test_every_version_has_places_in_its_own_capture(panel_archive: Run, edition: int) -> None:
    versions = panel_archive("versions", RELEASE, "--json").output.splitlines()
    name = json.loads(versions[edition])["version"]

    result = json.loads(panel_archive("places", name, "--json").output)

    assert result["version"] == name
    assert all(span["first_byte"] is not None for span in result["places"])
