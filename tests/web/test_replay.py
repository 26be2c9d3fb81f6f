"""Replay, as Memento clients (RFC 7089) and browsers use it."""

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
    """Return the addresses in a Link header or a TimeMap, by relation."""
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


def test_a_malformed_accept_datetime_is_refused(room: RunningRoom) -> None:
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


def test_a_memento_states_its_datetime_and_links_the_others(room: RunningRoom) -> None:
    response = room.get_replay(f"/web/{MARCH}/{PAGE}")

    assert response.status_code == 200
    assert response.headers["Memento-Datetime"] == "Tue, 05 Mar 2024 09:30:00 GMT"
    relations = links(response.headers["Link"])
    assert relations["next"] == f"{room.replay_url}/web/{MAY}/{PAGE}"
    assert relations["timemap"] == f"{room.replay_url}/timemap/link/{PAGE}"
    assert "refused entry" in response.text


def test_a_partial_timestamp_leads_to_the_nearest_copy(room: RunningRoom) -> None:
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


def test_every_response_is_sandboxed(room: RunningRoom) -> None:
    for path in (f"/web/{MARCH}/{PAGE}", f"/web/{MARCH}id_/{PAGE}", "/web/2024/x", "/x"):
        policy = room.get_replay(path).headers["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none';")


def test_a_timegate_prefers_the_last_page_to_its_absence(room: RunningRoom) -> None:
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
