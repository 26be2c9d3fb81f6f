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
    RunningRoom,
    create_sample_archive,
    serve_archive,
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
    ("accept_datetime", "timestamp"),
    [
        ("Tue, 05 Mar 2024 09:30:00 GMT", MARCH),
        ("Sat, 01 Jan 2000 00:00:00 GMT", MARCH),
        ("Wed, 01 Jan 2025 00:00:00 GMT", MAY),
        ("", MAY),
    ],
)
def test_a_timegate_leads_to_the_nearest_copy(
    room: RunningRoom, accept_datetime: str, timestamp: str
) -> None:
    response = room.get_replay(f"/timegate/{PAGE}", headers={"Accept-Datetime": accept_datetime})

    assert response.status_code == 302
    assert response.headers["Location"] == f"{room.replay_url}/web/{timestamp}/{PAGE}"
    assert "accept-datetime" in response.headers["Vary"]
    assert links(response.headers["Link"])["original"] == PAGE
    for end in (MARCH, MAY):  # Memento clients read the first and the last here
        assert f"/web/{end}/{PAGE}>; rel=" in response.headers["Link"]


def test_a_date_that_is_none_is_refused(room: RunningRoom) -> None:
    response = room.get_replay(f"/timegate/{PAGE}", headers={"Accept-Datetime": "yesterday"})

    assert response.status_code == 400


def test_a_timemap_lists_every_copy(room: RunningRoom) -> None:
    response = room.get_replay(f"/timemap/link/{PAGE}")

    assert response.headers["Content-Type"].startswith("application/link-format")
    mementos = re.findall(r'/web/(\d{14})/[^>]*>; rel="([^"]*)"; datetime="([^"]*)"', response.text)
    assert mementos == [
        (MARCH, "first memento", "Tue, 05 Mar 2024 09:30:00 GMT"),
        (MAY, "last memento", "Mon, 20 May 2024 09:30:00 GMT"),
    ]
    json_mementos = room.get_replay(f"/timemap/json/{PAGE}").json()["mementos"]["list"]
    assert [memento["uri"][-len(PAGE) - 15 :][:14] for memento in json_mementos] == [MARCH, MAY]


def test_a_memento_says_when_it_is_of_and_where_the_others_are(room: RunningRoom) -> None:
    response = room.get_replay(f"/web/{MARCH}/{PAGE}")

    assert response.status_code == 200
    assert response.headers["Memento-Datetime"] == "Tue, 05 Mar 2024 09:30:00 GMT"
    relations = links(response.headers["Link"])
    assert relations["next"] == f"{room.replay_url}/web/{MAY}/{PAGE}"
    assert relations["timemap"] == f"{room.replay_url}/timemap/link/{PAGE}"
    assert "refused entry" in response.text


def test_a_time_cut_short_leads_to_the_nearest_copy(room: RunningRoom) -> None:
    response = room.get_replay(f"/web/2024/{PAGE}")

    assert response.headers["Location"].endswith(f"/web/{MARCH}/{PAGE}")


def test_the_bytes_as_served_are_those_that_were_served(room: RunningRoom) -> None:
    response = room.get_replay(f"/web/{MARCH}id_/{PAGE}")

    served = SAMPLE_PAGE.read_bytes()
    digest = b64encode(hashlib.sha256(served).digest()).decode()
    assert response.content == served
    assert response.headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert response.headers["Content-Type"].startswith("text/plain")


def test_a_banner_says_what_this_is_and_its_digest(room: RunningRoom) -> None:
    text = room.get_replay(f"/web/{MARCH}/{PAGE}").text

    assert "Archived copy" in text
    assert hashlib.sha256(SAMPLE_PAGE.read_bytes()).hexdigest() in text


def test_every_answer_is_in_a_box(room: RunningRoom) -> None:
    for path in (f"/web/{MARCH}/{PAGE}", f"/web/{MARCH}id_/{PAGE}", "/web/2024/x", "/x"):
        policy = room.get_replay(path).headers["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none';")


def test_what_is_gone_has_a_copy_of_its_last_page_before_its_absence(room: RunningRoom) -> None:
    gone = f"{SITE}pd-2024-8.html"

    response = room.get_replay(f"/timegate/{gone}")

    assert response.headers["Location"] == f"{room.replay_url}/web/{MARCH}/{gone}"


def test_what_is_not_held_is_not_fetched(room: RunningRoom) -> None:
    response = room.get_replay("/web/2024/https://elsewhere.example/")

    assert response.status_code == 404
    assert "Not in this archive" in response.text


def test_a_page_that_was_altered_on_disk_is_not_shown(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    archive = create_sample_archive(tmp_path_factory.mktemp("altered"))
    with serve_archive(archive) as room:
        facts = room.get(f"/api/v1/statements/{RELEASE}").json()["provenance"]
        path = archive / "warc" / facts["warc"]
        path.chmod(0o600)
        damaged = bytearray(path.read_bytes())
        damaged[facts["offset"] + facts["length"] // 2] ^= 1
        path.write_bytes(damaged)

        response = room.get_replay(f"/web/{MAY}/{PAGE}")
        room_page = requests.get(f"{room.url}/capture/{facts['id']}", timeout=10).text

    assert response.status_code == 500
    assert "not the bytes that were captured" in response.text
    assert "Ostrel" not in response.text
    assert "<iframe" not in room_page
    assert "Not shown" in room_page
