"""Commands that verify, prove, share, witness and erase, run on a small archive."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.archive_folder import ArchiveFolder
from onrecord.cli import cli
from tests.conftest import Run, packed_editions
from tests.support.timestamp_authority import serving
from tests.support.whole_archives import flip_bit

EDITED = "meridian_panel:PD_2024_7"


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def warcs(folder: Path) -> list[Path]:
    return sorted((folder / "warc").rglob("*.warc.gz"))


def test_an_unchanged_archive_verifies(panel_archive: Run) -> None:
    for options in ([], ["--quick"], ["--deep"], ["--since", "2026-01-01"]):
        result = panel_archive("verify", *options)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith("ok: ")


def test_files_on_disk_are_readable_by_their_owner_only(
    panel_archive: Run, archive_folder: Path
) -> None:
    assert archive_folder.stat().st_mode & 0o077 == 0
    assert (archive_folder / "keys/log.pem").stat().st_mode & 0o777 == 0o600
    for path in warcs(archive_folder):
        assert path.stat().st_mode & 0o777 == 0o444


def test_one_changed_byte_is_named_with_its_record(
    panel_archive: Run, archive_folder: Path
) -> None:
    flip_bit(warcs(archive_folder)[0], 2000)

    result = panel_archive("verify", "--json")

    assert result.exit_code == 3
    failures = [finding for finding in objects(result.stdout) if finding.get("check") == "record"]
    assert [finding["outcome"] for finding in failures] == ["fail"]
    assert "urn:uuid:" in failures[0]["detail"]
    assert objects(result.stdout)[-1]["outcome"] == "fail"


@pytest.mark.parametrize("column", ["version_text.text", "version.title", "version.text_sha256"])
def test_a_changed_word_in_the_catalogue_is_found_and_rebuild_repairs_it(
    panel_archive: Run, archive_folder: Path, column: str
) -> None:
    with closing(sqlite3.connect(archive_folder / "catalogue.sqlite")) as connection:
        table, column = column.split(".")
        connection.execute(f"UPDATE {table} SET {column} = 'x' || {column} WHERE rowid = 1")  # noqa: S608
        connection.commit()

    result = panel_archive("verify")

    assert result.exit_code == 3
    assert "catalogue.sqlite: version meridian_panel:PD_2024_" in result.stdout
    assert panel_archive("rebuild").exit_code == 0
    assert panel_archive("verify").exit_code == 0


@pytest.mark.parametrize("pragma", ["application_id = 99", "user_version = 99", "user_version = 1"])
def test_an_unusable_catalogue_is_rebuilt(
    panel_archive: Run, archive_folder: Path, pragma: str
) -> None:
    with closing(sqlite3.connect(archive_folder / "catalogue.sqlite")) as connection:
        connection.execute(f"PRAGMA {pragma}")

    assert panel_archive("search", "panel").exit_code != 0
    assert panel_archive("rebuild").exit_code == 0
    assert panel_archive("search", "panel").exit_code == 0


def test_a_copy_repairs_a_damaged_file_and_the_repair_is_reported(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(archive_folder, tmp_path / "copy")
    path = warcs(archive_folder)[0]
    flip_bit(path, 2000)

    result = panel_archive("verify", "--repair-from", copy)

    assert result.exit_code == 0, result.output
    assert "restored from" in result.stdout
    assert path.read_bytes() == (copy / path.relative_to(archive_folder)).read_bytes()
    assert panel_archive("verify").exit_code == 0


def test_a_missing_file_is_restored_from_a_copy(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(archive_folder, tmp_path / "copy")
    path = warcs(archive_folder)[0]
    path.unlink()

    assert panel_archive("verify").exit_code == 3
    assert panel_archive("verify", "--repair-from", copy).exit_code == 0
    assert path.read_bytes() == (copy / path.relative_to(archive_folder)).read_bytes()


def test_a_damaged_copy_repairs_nothing(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    flip_bit(warcs(archive_folder)[0], 2000)
    copy = shutil.copytree(archive_folder, tmp_path / "copy")

    result = panel_archive("verify", "--repair-from", copy)

    assert result.exit_code == 3
    assert "the copy does not have it either" in result.stdout


def test_a_pack_made_from_a_search_hit_verifies_elsewhere(
    panel_archive: Run, tmp_path: Path
) -> None:
    quote = "held without charge"
    result = panel_archive("prove", EDITED, "--quote", quote, "--out", tmp_path / "pack")
    assert result.exit_code == 0, result.output

    command = ["env", "-i", "PATH=/usr/bin:/bin", "sh", "verify.sh"]
    completed = subprocess.run(command, cwd=tmp_path / "pack", capture_output=True, text=True)

    assert completed.returncode == 0, completed.stdout
    assert completed.stdout.endswith("VERIFIED\n")
    passage = json.loads((tmp_path / "pack/passage.json").read_text())
    text = (tmp_path / "pack/statement.txt").read_text()
    assert text[passage["start"] : passage["end"]] == quote
    assert quote in (tmp_path / "pack/citation.txt").read_text()


def test_a_pack_can_be_a_zip_file_and_an_encrypted_one(panel_archive: Run, tmp_path: Path) -> None:
    pyrage = pytest.importorskip("pyrage")
    judge = pyrage.x25519.Identity.generate()

    panel_archive("prove", EDITED, "--out", tmp_path / "pack.zip")
    recipient = str(judge.to_public())
    panel_archive("prove", EDITED, "--out", tmp_path / "pack.age", "--encrypt-to", recipient)

    opened = pyrage.decrypt((tmp_path / "pack.age").read_bytes(), [judge])
    assert opened == (tmp_path / "pack.zip").read_bytes()
    assert (tmp_path / "pack.age").stat().st_mode & 0o077 == 0


def test_a_quotation_that_is_not_in_it_makes_no_pack(panel_archive: Run, tmp_path: Path) -> None:
    result = panel_archive(
        "prove", EDITED, "--quote", "words that nobody said", "--out", tmp_path / "pack"
    )

    assert result.exit_code != 0
    assert not (tmp_path / "pack").exists()


def test_after_a_change_of_keys_everything_old_still_verifies(
    panel_archive: Run, tmp_path: Path
) -> None:
    panel_archive("prove", EDITED, "--out", tmp_path / "before")
    before = objects(panel_archive("keys", "list", "--json").stdout)

    rotated = panel_archive("keys", "rotate")
    after = objects(panel_archive("keys", "list", "--json").stdout)
    panel_archive("prove", EDITED, "--out", tmp_path / "after")

    assert rotated.exit_code == 0, rotated.output
    assert [key["key"] for key in after] == [before[0]["key"], rotated.stdout.strip()]
    assert panel_archive("verify", "--key", before[0]["key"]).exit_code == 0
    for pack in ("before", "after"):
        completed = subprocess.run(["sh", "verify.sh"], cwd=tmp_path / pack, capture_output=True)
        assert completed.returncode == 0, completed.stdout


def test_a_checkpoint_kept_elsewhere_shows_a_log_that_was_rolled_back(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    earlier = shutil.copytree(archive_folder, tmp_path / "earlier")
    panel_archive("keys", "rotate")
    checkpoint = tmp_path / "checkpoint.txt"
    checkpoint.write_text(panel_archive("checkpoint").stdout)
    assert panel_archive("verify", "--anchor", checkpoint).exit_code == 0

    shutil.rmtree(archive_folder)
    shutil.copytree(earlier, archive_folder)

    assert panel_archive("verify").exit_code == 0
    result = panel_archive("verify", "--anchor", checkpoint)
    assert result.exit_code == 3
    assert "entries are missing" in result.stdout


def test_a_checkpoint_is_short_enough_to_print(panel_archive: Run) -> None:
    result = panel_archive("checkpoint")

    assert len(result.stdout.encode()) < 260
    assert result.stdout.splitlines()[0].startswith("onrecord/")


def test_an_authority_stamps_the_checkpoint_and_an_offline_one_is_reported(
    panel_archive: Run, tmp_path: Path
) -> None:
    roots = tmp_path / "roots.pem"
    with serving(tmp_path / "tsa") as authority:
        roots.write_bytes(authority.roots)
        setup = ("--authority", "local", authority.url, str(roots))
        stamped = panel_archive("checkpoint", "--stamp", *setup)
    panel_archive("keys", "rotate")
    offline = panel_archive("checkpoint", "--stamp")

    assert stamped.exit_code == 0, stamped.output
    assert "by local" in stamped.stderr
    assert offline.exit_code == 1
    assert "not obtained yet" in offline.stderr
    verified = panel_archive("-v", "verify")
    assert verified.exit_code == 0
    assert "says CN=local stamps" in verified.stdout


def test_partners_cosign_each_other_and_see_a_split_view(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    def partner(*arguments: str | Path) -> Any:
        args = ["--archive", str(tmp_path / "partner"), *map(str, arguments)]
        return CliRunner().invoke(cli, args, catch_exceptions=False)

    partner("init")
    first = tmp_path / "first.txt"
    first.write_text(panel_archive("checkpoint").stdout)
    twin = shutil.copytree(archive_folder, tmp_path / "twin")
    partner("witness", "add", objects(panel_archive("keys", "list", "--json").stdout)[0]["key"])
    panel_archive("witness", "add", partner("witness", "key").stdout.strip())

    cosigned = tmp_path / "cosigned.txt"
    cosigned.write_text(partner("witness", "cosign", first).stdout)
    assert panel_archive("witness", "verify", cosigned).stdout.startswith("seen by onrecord/")
    assert panel_archive("verify", "--anchor", cosigned).exit_code == 0

    panel_archive("keys", "rotate")
    size = first.read_text().splitlines()[1]
    second, proof = tmp_path / "second.txt", tmp_path / "proof.txt"
    second.write_text(panel_archive("checkpoint").stdout)
    proof.write_text(panel_archive("witness", "proof", size).stdout)
    extended = partner("witness", "cosign", second, "--proof", proof)
    assert extended.exit_code == 0, extended.output

    # The twin archive grows differently: one size, two histories.
    rotated = CliRunner().invoke(cli, ["--archive", str(twin), "keys", "rotate"])
    assert rotated.exit_code == 0
    forked = tmp_path / "forked.txt"
    forked.write_text(CliRunner().invoke(cli, ["--archive", str(twin), "checkpoint"]).stdout)
    split = partner("witness", "cosign", forked)
    assert split.exit_code == 3
    assert "a split view" in split.stderr
    assert panel_archive("witness", "verify", forked).exit_code == 3


def test_an_erased_statement_is_removed_everywhere_and_the_rest_verifies(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    panel_archive("prove", "meridian_panel:PD_2024_8", "--out", tmp_path / "kept")
    unconfirmed = panel_archive("erase", EDITED, "--reason", "asked by the person")
    assert unconfirmed.exit_code == 1
    assert "nothing was erased" in unconfirmed.stderr

    erased = panel_archive("erase", EDITED, "--reason", "asked by the person", "--yes")

    assert erased.exit_code == 0, erased.output
    assert panel_archive("search", '"refused entry to the facility"').exit_code == 1
    verified = panel_archive("verify", "--deep")
    assert verified.exit_code == 0, verified.output
    for path in archive_folder.rglob("*"):
        assert not path.is_file() or b"refused entry to the facility" not in path.read_bytes()
    completed = subprocess.run(["sh", "verify.sh"], cwd=tmp_path / "kept", capture_output=True)
    assert completed.returncode == 0
    assert panel_archive("rebuild").exit_code == 0
    assert panel_archive("search", '"refused entry to the facility"').exit_code == 1


def test_a_trustee_gets_a_sealed_copy_before_anything_is_erased(
    panel_archive: Run, tmp_path: Path
) -> None:
    pyrage = pytest.importorskip("pyrage")
    trustee = pyrage.x25519.Identity.generate()
    arguments = ("erase", EDITED, "--reason", "asked", "--yes")

    without_folder = panel_archive(*arguments, "--seal", str(trustee.to_public()))
    assert without_folder.exit_code == 2
    panel_archive(
        *arguments, "--seal", str(trustee.to_public()), "--sealed-to", tmp_path / "sealed"
    )

    copies = list((tmp_path / "sealed").iterdir())
    assert copies
    for copy in copies:
        line = pyrage.decrypt(copy.read_bytes(), [trustee]).partition(b"\n")[0]
        assert json.loads(line)["warc_sha256"]


def test_what_a_pack_discloses_is_listed(panel_archive: Run, tmp_path: Path) -> None:
    panel_archive("prove", EDITED, "--out", tmp_path / "pack")
    (tmp_path / "pack/extra.txt").write_text(
        "Cookie: session=abc\nFrom /home/anna/notes, call +49 30 1234567, 192.0.2.44"
    )

    result = panel_archive("share", "--check", tmp_path / "pack", "--json")

    disclosures = {
        (disclosure["sort"], disclosure["what"]) for disclosure in objects(result.stdout)
    }
    assert ("cookie", "session=abc") in disclosures
    assert ("path on a computer", "/home/anna") in disclosures
    assert ("telephone number", "+49 30 1234567") in disclosures
    assert ("network address", "192.0.2.44") in disclosures


def test_nothing_to_disclose_is_reported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("Release them.")

    result = run("share", "--check", tmp_path / "plain.txt")

    assert result.exit_code == 1
    assert "no names, addresses, cookies, tokens or paths found" in result.stderr


@pytest.mark.parametrize("format_", ["wacz", "bagit"])
def test_everything_can_be_exported_for_others(
    panel_archive: Run, tmp_path: Path, format_: str
) -> None:
    exported = tmp_path / f"out.{format_}"

    result = panel_archive("export", "--format", format_, exported)

    assert result.exit_code == 0, result.output
    if format_ == "wacz":
        tool = [Path(sys.executable).with_name("wacz"), "validate", "-f", exported]
    else:
        tool = [Path(sys.executable), "-m", "bagit", "--validate", exported]
    completed = subprocess.run(tool, capture_output=True, text=True)
    assert completed.returncode == 0, completed.stdout + completed.stderr


def test_a_scrape_while_another_process_writes_is_refused(
    panel_archive: Run, archive_folder: Path
) -> None:
    with ArchiveFolder(archive_folder).lock_alone():
        result = panel_archive("scrape", "meridian_panel", "--from", packed_editions())

    assert result.exit_code == 7
    assert os.fspath(archive_folder) in result.stderr


def test_a_wacz_of_ours_is_checked_by_the_log_inside_it(
    panel_archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    wacz = tmp_path / "out.wacz"
    panel_archive("export", "--format", "wacz", wacz)
    key = objects(panel_archive("keys", "list", "--json").stdout)[0]["key"]
    assert panel_archive("verify", "--wacz", wacz, "--key", key).exit_code == 0

    data = wacz.read_bytes()
    position = data.index(warcs(archive_folder)[0].read_bytes()) + 1500
    wacz.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])

    assert panel_archive("verify", "--wacz", wacz, "--key", key).exit_code in (3, 9)


def test_a_sealed_export_can_be_read_by_its_recipient_alone(
    panel_archive: Run, tmp_path: Path
) -> None:
    pyrage = pytest.importorskip("pyrage")
    partner = pyrage.x25519.Identity.generate()
    out = tmp_path / "all.jsonl.age"

    result = panel_archive("export", "--encrypt-to", str(partner.to_public()), out)

    assert result.exit_code == 0, result.output
    assert b"meridian_panel:PD_2024_7" in pyrage.decrypt(out.read_bytes(), [partner])
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [out.name]
