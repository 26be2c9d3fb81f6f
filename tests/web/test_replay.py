"""Replay, as a Memento client and a browser find it (RFC 7089)."""

import hashlib
import re
from base64 import b64encode

import pytest
import requests

from tests.support.reading_room_server import (
    RELEASE,
    SAMPLE,
    SITE,
    Reading,
    sample_archive,
    serving,
)

SAMPLE_PAGE = SAMPLE / "editions/2024-03-05/statements/pd-2024-7.html"
PAGE = f"{SITE}pd-2024-7.html"
MARCH, MAY = "20240305093000", "20240520093000"


def links(header: str) -> dict[str, str]:
    """Return addresses by relation, of a Link header or a TimeMap."""
    return {
        relation: url
        for url, relations in re.findall(r'<([^>]*)>; rel="([^"]*)"', header)
        for relation in relations.split()
    }


@pytest.mark.parametrize(
    ("wanted", "stamp"),
    [
        ("Tue, 05 Mar 2024 09:30:00 GMT", MARCH),
        ("Sat, 01 Jan 2000 00:00:00 GMT", MARCH),
        ("Wed, 01 Jan 2025 00:00:00 GMT", MAY),
        ("", MAY),
    ],
)
def test_a_timegate_leads_to_the_nearest_copy(reading: Reading, wanted: str, stamp: str) -> None:
    answer = reading.copy(f"/timegate/{PAGE}", headers={"Accept-Datetime": wanted})

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{reading.replay}/web/{stamp}/{PAGE}"
    assert "accept-datetime" in answer.headers["Vary"]
    assert links(answer.headers["Link"])["original"] == PAGE
    for end in (MARCH, MAY):  # Memento clients read the first and the last here
        assert f"/web/{end}/{PAGE}>; rel=" in answer.headers["Link"]


def test_a_date_that_is_none_is_refused(reading: Reading) -> None:
    answer = reading.copy(f"/timegate/{PAGE}", headers={"Accept-Datetime": "yesterday"})

    assert answer.status_code == 400


def test_a_timemap_lists_every_copy(reading: Reading) -> None:
    answer = reading.copy(f"/timemap/link/{PAGE}")

    assert answer.headers["Content-Type"].startswith("application/link-format")
    found = re.findall(r'/web/(\d{14})/[^>]*>; rel="([^"]*)"; datetime="([^"]*)"', answer.text)
    assert found == [
        (MARCH, "first memento", "Tue, 05 Mar 2024 09:30:00 GMT"),
        (MAY, "last memento", "Mon, 20 May 2024 09:30:00 GMT"),
    ]
    listed = reading.copy(f"/timemap/json/{PAGE}").json()["mementos"]["list"]
    assert [each["uri"][-len(PAGE) - 15 :][:14] for each in listed] == [MARCH, MAY]


def test_a_memento_says_when_it_is_of_and_where_the_others_are(reading: Reading) -> None:
    answer = reading.copy(f"/web/{MARCH}/{PAGE}")

    assert answer.status_code == 200
    assert answer.headers["Memento-Datetime"] == "Tue, 05 Mar 2024 09:30:00 GMT"
    found = links(answer.headers["Link"])
    assert found["next"] == f"{reading.replay}/web/{MAY}/{PAGE}"
    assert found["timemap"] == f"{reading.replay}/timemap/link/{PAGE}"
    assert "refused entry" in answer.text


def test_a_time_cut_short_leads_to_the_nearest_copy(reading: Reading) -> None:
    answer = reading.copy(f"/web/2024/{PAGE}")

    assert answer.headers["Location"].endswith(f"/web/{MARCH}/{PAGE}")


def test_the_bytes_as_served_are_those_that_were_served(reading: Reading) -> None:
    answer = reading.copy(f"/web/{MARCH}id_/{PAGE}")

    served = SAMPLE_PAGE.read_bytes()
    digest = b64encode(hashlib.sha256(served).digest()).decode()
    assert answer.content == served
    assert answer.headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_banner_says_what_this_is_and_its_digest(reading: Reading) -> None:
    text = reading.copy(f"/web/{MARCH}/{PAGE}").text

    assert "Archived copy" in text
    assert hashlib.sha256(SAMPLE_PAGE.read_bytes()).hexdigest() in text


def test_every_answer_is_in_a_box(reading: Reading) -> None:
    for path in (f"/web/{MARCH}/{PAGE}", f"/web/{MARCH}id_/{PAGE}", "/web/2024/x", "/x"):
        policy = reading.copy(path).headers["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none';")


def test_what_is_gone_has_a_copy_of_its_last_page_before_its_absence(reading: Reading) -> None:
    gone = f"{SITE}pd-2024-8.html"

    answer = reading.copy(f"/timegate/{gone}")

    assert answer.headers["Location"] == f"{reading.replay}/web/{MARCH}/{gone}"


def test_what_is_not_held_is_not_fetched(reading: Reading) -> None:
    answer = reading.copy("/web/2024/https://elsewhere.example/")

    assert answer.status_code == 404
    assert "Not in this archive" in answer.text


def test_a_page_that_was_altered_on_disk_is_not_shown(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    archive = sample_archive(tmp_path_factory.mktemp("altered"))
    with serving(archive) as reading:
        facts = reading.get(f"/api/v1/statements/{RELEASE}").json()["provenance"]
        path = archive / "warc" / facts["warc"]
        path.chmod(0o600)
        damaged = bytearray(path.read_bytes())
        damaged[facts["offset"] + facts["length"] // 2] ^= 1
        path.write_bytes(damaged)

        answer = reading.copy(f"/web/{MAY}/{PAGE}")
        room = requests.get(f"{reading.room}/capture/{facts['id']}", timeout=10).text

    assert answer.status_code == 500
    assert "not the bytes that were captured" in answer.text
    assert "Ostrel" not in answer.text
    assert "<iframe" not in room
    assert "Not shown" in room
