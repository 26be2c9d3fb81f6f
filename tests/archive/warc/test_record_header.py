from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import FormatError
from archive.warc.record_header import format_date, format_header, parse_date, parse_header


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2017", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-04", datetime(2017, 4, 1, tzinfo=UTC)),
        ("2017-04-13", datetime(2017, 4, 13, tzinfo=UTC)),
        ("2017-04-13T10:02Z", datetime(2017, 4, 13, 10, 2, tzinfo=UTC)),
        ("2017-04-13T10:02:03Z", datetime(2017, 4, 13, 10, 2, 3, tzinfo=UTC)),
        ("2017-04-13T10:02:03", datetime(2017, 4, 13, 10, 2, 3, tzinfo=UTC)),
        ("2017-04-13T12:02:03+02:00", datetime(2017, 4, 13, 10, 2, 3, tzinfo=UTC)),
        ("2017-04-13T04:32:03-0530", datetime(2017, 4, 13, 10, 2, 3, tzinfo=UTC)),
        ("2017-04-13T10:02:03.123456789Z", datetime(2017, 4, 13, 10, 2, 3, 123456, tzinfo=UTC)),
    ],
)
def test_a_date_of_any_precision_and_zone_is_its_first_instant_in_utc(
    text: str, instant: datetime
) -> None:
    assert parse_date(text) == instant


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "20170413100203", "2017-13", "2017-02-30", "0000", "2017-04-13T25:00Z"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="expected a WARC-Date"):
        parse_date(text)


def test_a_zone_that_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(FormatError):
        parse_date("0001-01-01T00:00:00+12:00")


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_written_date_reads_back_to_the_microsecond(instant: datetime) -> None:
    assert parse_date(format_date(instant)) == instant


@given(st.lists(st.tuples(st.sampled_from(["One", "Two"]), st.text())))
def test_no_value_can_begin_a_field_of_its_own(fields: list[tuple[str, str]]) -> None:
    header = parse_header(format_header(fields))

    assert [name for name, _ in header.fields] == [name for name, _ in fields]


def test_fields_are_found_in_any_case_and_ids_lose_their_brackets() -> None:
    header = parse_header(
        b"WARC/1.0\r\nwarc-type: Response\r\nWARC-RECORD-ID: <urn:x>\r\n"
        b"WARC-Target-URI: <http://a.example/>\r\nX: one\r\n two\r\n\r\n"
    )

    assert (header.version, header.kind, header.id, header.url) == (
        "WARC/1.0",
        "response",
        "urn:x",
        "http://a.example/",
    )
    assert header.get("x") == "one two"


@pytest.mark.parametrize("length", ["", "-1", "many", "9" * 30, "٣"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    header = parse_header(f"WARC/1.1\r\nContent-Length: {length}\r\n\r\n".encode())

    with pytest.raises(FormatError, match="expected a Content-Length"):
        _ = header.length


def test_what_does_not_begin_as_warc_is_refused() -> None:
    with pytest.raises(FormatError, match="expected a WARC record"):
        parse_header(b"<html>")
