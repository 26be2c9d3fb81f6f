"""Files made to take long, and records with impossible dates: the others in them are taken."""

import gzip
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.import_results import Import, numbers, passed_over
from tests.support.odd_input_files import arc_records, gzip_each, notice

LONG_FIELDS = [
    b"X: " + b"a" * (3 << 20) + b"\r\n",
    b"".join(b"X-%d: y\r\n" % number for number in range(200_000)),
    b"WARC/1.0\r\n" * 100_000,
    b"X: " + b"\x1f\x8b\x08\x00" * 100_000 + b"\r\n",
]


@pytest.fixture
def archive(run: Run) -> Run:
    run("init")
    return run


@pytest.fixture
def import_bytes(archive: Run, tmp_path: Path) -> Import:
    def import_file(data: bytes, name: str = "theirs.warc.gz", *options: str) -> object:
        path = tmp_path / name
        path.write_bytes(data)
        return archive("import", path, *options)

    return import_file  # type: ignore[return-value]


def with_fields(number: int, fields: bytes) -> bytes:
    return notice(number).replace(b"WARC-Target-URI", fields + b"WARC-Target-URI", 1)


@pytest.mark.parametrize("fields", LONG_FIELDS, ids=["line", "lines", "versions", "members"])
@pytest.mark.parametrize("packing", ["plain", "members", "stored", "whole"])
def test_a_header_over_the_limit_costs_no_other_record(
    archive: Run, import_bytes: Import, fields: bytes, packing: str
) -> None:
    records = [notice(1), with_fields(2, fields), notice(3)]
    data = {
        "plain": b"".join(records),
        "members": gzip_each(*records),
        "stored": b"".join(gzip.compress(record, 0) for record in records),
        "whole": gzip.compress(b"".join(records)),
    }[packing]

    result = import_bytes(data, "long.warc" if packing == "plain" else "long.warc.gz", "--json")

    assert result.exit_code == 1
    assert any("within 262144 bytes, our limit" in p["reason"] for p in passed_over(result))
    assert numbers(archive) == [1, 3]
    assert archive("verify", "--deep").exit_code == 0


def test_a_header_without_end_costs_no_record_before_it(archive: Run, import_bytes: Import) -> None:
    result = import_bytes(notice(1) + b"WARC/1.0\r\nX: " + b"a" * (3 << 20), "endless.warc")

    assert result.exit_code == 1
    assert numbers(archive) == [1]


def test_after_a_thousand_damages_the_rest_is_not_read_and_says_so(
    archive: Run, import_bytes: Import
) -> None:
    damage = gzip.compress(b"WARC/1.0\r\n\r\n")
    result = import_bytes(gzip_each(notice(1)) + damage * 1100 + gzip_each(notice(2)))

    assert result.exit_code == 1
    assert "the rest is not read" in result.stderr or "--json: all" in result.stderr
    assert numbers(archive) == [1]


@pytest.mark.parametrize(
    "date", ["00000000000000", "20091399999999", "20090230000000", "2009", "-", "00010101000000"]
)
def test_an_impossible_archive_date_refuses_only_its_record(
    archive: Run, import_bytes: Import, date: str
) -> None:
    records = arc_records([1, 2, 3])
    records[2] = records[2].replace(b"20090102030405", date.encode())

    result = import_bytes(b"".join(records), "old.arc", "--json")

    (refused,) = passed_over(result)
    assert result.exit_code == 1
    assert refused["url"].endswith("/2")
    assert refused["offset"] == len(records[0]) + len(records[1])
    assert "WARC-Date" in refused["reason"]
    assert numbers(archive) == [1, 3]


def test_an_arc_file_of_one_record_without_a_date_names_the_record(
    archive: Run, import_bytes: Import
) -> None:
    records = arc_records([1])
    records[1] = records[1].replace(b"20090102030405", b"0" * 14)

    result = import_bytes(b"".join(records), "old.arc", "--json")

    assert result.exit_code == 1
    assert [refused["url"][-2:] for refused in passed_over(result)] == ["/1"]


@pytest.mark.parametrize(
    "date",
    ["0001-01-01T00:00:00Z", "1066", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "２０２４"],
)
def test_a_capture_on_no_day_of_the_web_is_passed_over(
    archive: Run, import_bytes: Import, date: str
) -> None:
    result = import_bytes(gzip_each(notice(1), notice(2, date=date)))

    assert result.exit_code == 1
    assert "WARC-Date" in result.stderr
    assert numbers(archive) == [1]
    assert archive("verify", "--deep").exit_code == 0
