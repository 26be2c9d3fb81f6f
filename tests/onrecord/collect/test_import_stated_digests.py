"""Digests that other tools stated: right by a rule of theirs, in doubt, or against the bytes."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.import_results import numbers, passed_over
from tests.support.odd_input_files import gzip_each, notice, notice_page, notice_response
from tests.support.warc_files import foreign_record, http_response

WRONG = "sha1:" + base64.b32encode(bytes(20)).decode()


@pytest.fixture
def archive(run: Run) -> Run:
    run("init")
    return run


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()  # noqa: S324


def write(folder: Path, *records: bytes) -> Path:
    path = folder / "theirs.warc.gz"
    path.write_bytes(gzip_each(*records))
    return path


def test_a_record_whose_only_digest_is_wrong_is_passed_over(archive: Run, tmp_path: Path) -> None:
    path = write(tmp_path, notice(1, fields=[f"WARC-Payload-Digest: {WRONG}"]), notice(2))

    for _ in range(2):
        result = archive("import", path, "--json")

        (refused,) = passed_over(result)
        assert result.exit_code == 1
        assert WRONG in refused["reason"]
    assert numbers(archive) == [2]
    assert archive("verify", "--deep").exit_code == 0


def test_a_record_whose_block_digest_is_right_is_taken_with_a_doubt(
    archive: Run, tmp_path: Path
) -> None:
    fields = [
        f"WARC-Payload-Digest: {WRONG}",
        f"WARC-Block-Digest: {sha1(notice_response(1))}",
    ]
    path = write(tmp_path, notice(1, fields=fields))

    for _ in range(2):
        result = archive("import", path, "--strict", "--json")

        assert result.exit_code == 0
        assert WRONG in json.loads(result.stdout)["problems"][0]
    assert numbers(archive) == [1]


def test_what_cannot_be_a_digest_is_noted(archive: Run, tmp_path: Path) -> None:
    path = write(tmp_path, notice(1, fields=["WARC-Payload-Digest: sha1:SAME"]))

    result = archive("import", path, "--json")

    assert result.exit_code == 0
    assert "sha1:SAME" in json.loads(result.stdout)["problems"][0]
    assert numbers(archive) == [1]


def test_the_wrong_digest_of_another_tool_is_noted_and_no_damage(
    archive: Run, tmp_path: Path
) -> None:
    fields = [
        f"WARC-Payload-Digest: {WRONG}",
        f"WARC-Block-Digest: {sha1(notice_response(1))}",
    ]
    archive("import", write(tmp_path, notice(1, fields=fields)))

    for command in ("verify", "rebuild", "verify"):
        result = archive(command, *(["--deep"] if command == "verify" else []))
        assert result.exit_code == 0
    assert WRONG in result.stdout


def test_a_digest_by_another_rule_is_not_mentioned(archive: Run, tmp_path: Path) -> None:
    page = notice_page(1)
    framed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    block = http_response(framed, b"Transfer-Encoding: chunked")
    records = [
        foreign_record(
            block,
            url=f"https://harbour.example/notices/{number}",
            record_id=f"urn:test:{number}",
            fields=[f"WARC-Payload-Digest: {sha1(digested)}"],
        )
        for number, digested in enumerate([page, framed, block], 1)
    ]

    result = archive("import", write(tmp_path, *records), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["problems"] == []
    assert numbers(archive) == [1, 2, 3]
    assert "another tool" not in archive("verify", "--deep").stdout


def test_of_a_record_that_was_cut_off_the_digest_may_be_of_the_whole(
    archive: Run, tmp_path: Path
) -> None:
    fields = [f"WARC-Payload-Digest: {WRONG}", "WARC-Truncated: length"]

    result = archive("import", write(tmp_path, notice(1, fields=fields)), "--json")

    assert result.exit_code == 0
    assert passed_over(result) == []


@pytest.mark.parametrize("in_one_file", [True, False])
@pytest.mark.parametrize(("stated", "exit_code"), [(WRONG, 1), (sha1(notice_page(1)), 0)])
def test_a_revisit_is_of_a_payload_with_its_digest(
    archive: Run, tmp_path: Path, stated: str, exit_code: int, in_one_file: bool
) -> None:
    revisit = foreign_record(
        b"HTTP/1.1 200 OK\r\n\r\n",
        kind="revisit",
        url="https://harbour.example/notices/1",
        date="2024-04-05T10:00:00Z",
        record_id="urn:test:again",
        fields=[
            "WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000001>",
            f"WARC-Payload-Digest: {stated}",
        ],
    )
    if not in_one_file:
        archive("import", write(tmp_path, notice(1)))
    records = [notice(1), revisit] if in_one_file else [revisit]

    result = archive("import", write(tmp_path, *records), "--json")

    assert result.exit_code == exit_code
    assert [refused["record"] for refused in passed_over(result)] == ["urn:test:again"] * exit_code
    assert archive("verify", "--deep").exit_code == 0
