import gzip
import json
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from archive.errors import FixityError, FormatError, StorageError, UnknownNameError
from archive.log import keys
from archive.log.signed_notes import public_key
from archive.pack import build_pack, verify_pack, write_pack
from archive.pack.readable_copy import missing_requisites
from archive.timestamps import authorities, renewal
from archive.warc.capture_metadata import CaptureMetadata, ImportOrigin
from archive.warc.record_builder import Exchange
from archive.warc.record_reader import read_records
from tests.support.evidence_packs import (
    VerifierResult,
    archive_with_pack,
    make_pack,
    make_version,
    verify_with_python,
    verify_with_shell,
)
from tests.support.timestamp_authority import post, serving
from tests.support.whole_archives import (
    METADATA,
    NOON,
    Archive,
    flip_bit,
    list_warc_files,
    make_exchange,
    page_body,
)

CHECKS = pytest.mark.parametrize("check", [verify_with_shell, verify_with_python])
Check = Callable[[Path], VerifierResult]


@pytest.fixture
def pack(tmp_path: Path, stamped: Path) -> Path:
    return Path(shutil.copytree(stamped, tmp_path / "pack"))


@CHECKS
def test_a_pack_verifies_on_an_empty_machine(stamped: Path, check: Check) -> None:
    answer = check(stamped)

    assert answer.verified, answer.text


def test_it_says_what_was_checked(stamped: Path) -> None:
    text = verify_with_shell(stamped).text

    for line in (
        "ok    files       ",
        "ok    signed      by the key ",
        "2026-11-22T12:00:20Z, https://mfa.ruritania.example/20",
        "ok    log         entry 22 of 42, log ruritania.example/archive",
        "ok    key         handed over to ",
        " GMT, on the word of local",
    ):
        assert line in text


@CHECKS
@pytest.mark.parametrize("part", range(6))
def test_it_fails_after_any_one_byte_changes(
    pack: Path, stamped: Path, check: Check, part: int
) -> None:
    rng = random.Random(part)
    for path in sorted(pack.rglob("*")):
        if path.is_file() and path.name not in ("verify.sh", "verify.py"):
            offset = rng.randrange(path.stat().st_size)
            flip_bit(path, offset, rng.randrange(8))
            answer = check(pack)
            shutil.copy(stamped / path.relative_to(pack), path)
            assert not answer.verified, f"{path.name} byte {offset}: {answer.text}"


@pytest.mark.parametrize("part", range(4))
def test_the_verifiers_notice_a_change_in_themselves(pack: Path, stamped: Path, part: int) -> None:
    rng = random.Random(part)
    for name, check in (
        ("verify.sh", verify_with_python),
        ("verify.py", verify_with_shell),
        ("verify.sh", verify_with_shell),
    ):
        path = pack / name
        for _ in range(3):
            flip_bit(path, rng.randrange(path.stat().st_size), rng.randrange(7))
            assert not check(pack).verified
            shutil.copy(stamped / name, path)


def rewrite_list(pack: Path) -> None:
    """Make the list of digests fit what is there, as somebody without the key can."""
    names = [line[66:] for line in (pack / "SHA256SUMS").read_text().splitlines()]
    lines = (f"{sha256((pack / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (pack / "SHA256SUMS").write_text("".join(lines))


@CHECKS
@pytest.mark.parametrize("name", ["statement.txt", "page.captured", "citation.txt", "checkpoint"])
def test_a_pack_with_its_list_rewritten_is_not_signed(pack: Path, check: Check, name: str) -> None:
    flip_bit(pack / name, 5)
    rewrite_list(pack)

    answer = check(pack)

    assert "SHA256SUMS is not signed by keys/pack.pem" in answer.text
    assert not answer.verified


def resign_list(pack: Path) -> None:
    """Sign the list with a key of the forger's own, put in place of the archive's."""
    forged = keys.new_key()
    (pack / "keys/pack.pem").write_bytes(public_key(forged, "x").pem)
    rewrite_list(pack)
    (pack / "SHA256SUMS.sig").write_bytes(forged.sign((pack / "SHA256SUMS").read_bytes()))


@CHECKS
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("statement.txt", "keys/pack.pem is not the archive's key"),
        ("record.warc.gz", "record.warc.gz is not what was logged"),
        ("page.captured", "page.captured is not what was logged"),
        ("entry.json", ""),
        ("proof", ""),
        ("checkpoint", ""),
        ("keys/change-1.txt", ""),
    ],
)
def test_a_pack_signed_anew_by_a_stranger_breaks_elsewhere(
    pack: Path, check: Check, name: str, problem: str
) -> None:
    flip_bit(pack / name, 20)
    resign_list(pack)

    answer = check(pack)

    assert not answer.verified
    assert problem in answer.text


@CHECKS
def test_a_file_that_was_added_is_noticed(pack: Path, check: Check) -> None:
    (pack / "another.txt").write_text("read me first")

    assert "SHA256SUMS lists" in check(pack).text


@CHECKS
def test_a_file_that_is_missing_is_noticed(pack: Path, check: Check) -> None:
    (pack / "statement.txt").unlink()

    assert not check(pack).verified


@CHECKS
def test_a_token_of_another_authority_is_noticed(tmp_path: Path, check: Check) -> None:
    archive, capture, _ = archive_with_pack(tmp_path)
    request = build_pack.PackRequest(
        version=make_version(capture), passage=None, citations={}, is_archived=bool
    )
    with (
        archive,
        serving(tmp_path / "tsa") as authority,
        serving(tmp_path / "other", "other") as other_authority,
    ):
        authorities.add(archive.home.log, authority)
        now = datetime.now(UTC)
        wanted_tokens = renewal.pending_requests(archive.log.checkpoints, [authority], now)
        renewal.obtain_timestamps(archive.log, wanted_tokens, post, now)
        files = build_pack.build_pack(archive.home, archive.log, request)
        files |= {"tokens/local.pem": other_authority.roots}
        unsigned = {name: data for name, data in files.items() if "SHA256SUMS" not in name}
        write_pack.write_pack(
            unsigned | build_pack.sign_file_list(unsigned, archive.log), tmp_path / "mixed"
        )

    answer = check(tmp_path / "mixed")

    assert "ok    checkpoint" in answer.text
    assert "tokens/local.tsr" in answer.text
    assert not answer.verified


def test_a_zip_holds_the_same_and_verifies_when_unpacked(tmp_path: Path) -> None:
    archive, capture, folder = archive_with_pack(tmp_path)
    with archive:
        path = make_pack(archive.home, archive.log, capture, tmp_path / "pack.zip")
        again = make_pack(archive.home, archive.log, capture, tmp_path / "again.zip")

    assert path.read_bytes() == again.read_bytes()
    subprocess.run(["python3", "-m", "zipfile", "-e", path, tmp_path / "out"], check=True)
    with zipfile.ZipFile(path) as zip_file:
        assert zip_file.namelist()[0] == "verify.sh"
        assert sorted(zip_file.namelist()) == sorted(
            one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()
        )
    answer = verify_with_shell(tmp_path / "out")
    assert answer.verified, answer.text
    assert "no timestamp: only the archive itself says when" in answer.text


def test_a_pack_is_not_written_over_anything(tmp_path: Path) -> None:
    archive, capture, folder = archive_with_pack(tmp_path)

    with archive, pytest.raises(StorageError, match="exists already"):
        make_pack(archive.home, archive.log, capture, folder)


def test_the_words_for_a_judge_say_what_is_not_proved(stamped: Path) -> None:
    text = (stamped / "README.txt").read_text()

    assert "WHAT IT DOES NOT PROVE" in text
    assert "That this server sent these bytes to us at that moment: that is on our word" in text
    assert "22 November 2026, 12:00:20 UTC" in text
    assert "saw the checkpoint: local" in text
    assert "“border remains open”" in text


def test_what_was_not_captured_is_listed(stamped: Path) -> None:
    text = (stamped / "not-captured.txt").read_text()

    assert "/flag.png" in text
    assert "certificate is not recorded" in text
    assert "withheld" in text
    assert "network address is not recorded" not in text


def test_the_page_to_open_reaches_no_server(stamped: Path) -> None:
    copy, captured = (stamped / "page.html").read_bytes(), (stamped / "page.captured").read_bytes()

    assert captured == page_body(20)
    assert copy.endswith(captured)
    assert copy.startswith(b'<meta http-equiv="Content-Security-Policy" content="default-src')


def build_pack_files(archive: Archive, body: bytes, head: str) -> dict[str, bytes]:
    capture = archive.store.add(make_exchange(1, body, head), METADATA)
    request = build_pack.PackRequest(
        version=make_version(capture), passage=None, citations={}, is_archived=lambda url: True
    )
    return build_pack.build_pack(archive.home, archive.log, request)


def test_a_refresh_is_taken_out_of_the_page_to_open(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive") as archive:
        files = build_pack_files(
            archive, b'<META HTTP-EQUIV="refresh" content="0;url=//spy.example">x', ""
        )

    assert b'data-was-http-equiv="refresh"' in files["page.html"]
    assert b'HTTP-EQUIV="refresh"' in files["page.captured"]


def test_a_compressed_page_is_kept_as_sent_and_opened(tmp_path: Path) -> None:
    body = gzip.compress(page_body(1), mtime=0)
    with Archive(tmp_path / "archive") as archive:
        files = build_pack_files(archive, body, "Content-Encoding: gzip\r\n")

    assert files["page.captured"] == body
    assert files["page.html"].endswith(page_body(1))
    assert b"compressed as it was sent (gzip)" in files["not-captured.txt"]


def test_a_page_in_utf_16_stays_readable(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive") as archive:
        files = build_pack_files(archive, "\ufeff<p>Ж</p>".encode("utf-16-le"), "")

    assert "<p>Ж</p>".encode() in files["page.html"]


def test_a_capture_that_is_not_in_the_log_cannot_be_proved(tmp_path: Path) -> None:
    archive, capture, _ = archive_with_pack(tmp_path)
    version = replace(make_version(capture), capture="urn:uuid:unknown")
    request = build_pack.PackRequest(version=version, passage=None, citations={}, is_archived=bool)

    with archive, pytest.raises(UnknownNameError, match="no such capture in the log"):
        build_pack.build_pack(archive.home, archive.log, request)


def test_changed_evidence_is_not_packed(tmp_path: Path) -> None:
    archive, capture, _ = archive_with_pack(tmp_path)
    with archive:
        flip_bit(list_warc_files(archive.home)[0], capture.stored.offset + 30)
        request = build_pack.PackRequest(
            version=make_version(capture), passage=None, citations={}, is_archived=bool
        )
        with pytest.raises(FixityError, match="recorded as"):
            build_pack.build_pack(archive.home, archive.log, request)


def test_an_answer_that_never_came_cannot_be_proved(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive") as archive:
        empty = Exchange(
            url="https://mfa.ruritania.example/x",
            started=NOON,
            request=b"",
            response=b"HTTP/1.1 204 No Content\r\n\r\n",
        )
        capture = archive.store.add(
            empty, CaptureMetadata(role=METADATA.role, outcome=METADATA.outcome)
        )
        request = build_pack.PackRequest(
            version=make_version(capture), passage=None, citations={}, is_archived=bool
        )
        with pytest.raises(FormatError, match="none was received"):
            build_pack.build_pack(archive.home, archive.log, request)


def test_the_pythons_signatures_are_those_of_rfc_8032() -> None:
    # Section 7.1, TEST 3.
    key = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    signature_hex = (
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    public, signature = bytes.fromhex(key), bytes.fromhex(signature_hex)

    assert verify_pack.is_signed(public, b"\xaf\x82", signature)
    assert not verify_pack.is_signed(public, b"\xaf\x83", signature)
    assert not verify_pack.is_signed(public, b"\xaf\x82", signature[:-1])
    assert not verify_pack.is_signed(b"\xff" * 32, b"\xaf\x82", signature)
    late = int.from_bytes(signature[32:], "little") + verify_pack.GROUP_ORDER
    assert not verify_pack.is_signed(
        public, b"\xaf\x82", signature[:32] + late.to_bytes(32, "little")
    )


def test_the_pack_says_all_that_is_known_of_the_statement(stamped: Path) -> None:
    statement = json.loads((stamped / "statement.json").read_text())

    assert (statement["title"], statement["statement"]) == ("Statement 1", "ruritania_mfa:1")


def test_the_python_verifier_says_what_it_finds(
    stamped: Path, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_pack.main(stamped) == 0
    assert capsys.readouterr().out.endswith("VERIFIED\n")

    (pack / "proof").unlink()
    assert verify_pack.main(pack) == 1
    assert "FAIL  files" in capsys.readouterr().out


def test_a_pack_of_what_others_captured_says_whose_word_it_is(tmp_path: Path) -> None:
    with Archive(tmp_path / "theirs") as source_archive:
        source_archive.hold(1)
    (file,) = list_warc_files(source_archive.home)
    record = next(one for one in read_records(file) if one.header.kind == "response")
    origin = ImportOrigin(name="theirs.warc.gz", sha256="ab" * 32, offset=record.offset)
    with Archive(tmp_path / "archive") as archive:
        capture = archive.store.add_foreign(file, record, replace(METADATA, origin=origin))
        path = make_pack(archive.home, archive.log, capture, tmp_path / "pack")

    text = (path / "README.txt").read_text()
    assert "by others (see below)" in text
    assert "We did not capture them" in text
    assert "theirs.warc.gz" in text
    assert "that is on our word" not in text
    assert verify_with_shell(path).verified


def test_only_what_a_page_loads_counts_as_missing() -> None:
    urls = missing_requisites(
        b'<link rel="stylesheet" href="/a.css?x=1&amp;y=2"><link href=/b.ico rel="shortcut icon">'
        b'<link rel="canonical" href="/page"><a href="/other">x</a><IMG alt=x SRC=\'/c.png\'>'
        b'<script async src="/d.js"></script><img src="/c.png">'
    )

    assert urls == ["/a.css?x=1&y=2", "/b.ico", "/c.png", "/d.js"]
