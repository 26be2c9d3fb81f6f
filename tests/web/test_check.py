"""The check page: each quotation of a pasted article with its verdict and source."""

import requests

from tests.support.reading_room_server import RunningRoom

ARTICLE = """
The Panel said: “We urge the authorities to release every person held without charge at the Ostrel
Street facility.” It added that “Denying that a place exists does empty it,” and a spokesman of
Northmarch answered that “these gentlemen have never set foot in our peaceful country at all.”
"""


def post_text(room: RunningRoom, text: str) -> requests.Response:
    return requests.post(room.url + "/check", {"text": text}, timeout=20)


def test_each_quotation_gets_its_verdict_and_its_source(room: RunningRoom) -> None:
    page = post_text(room, ARTICLE).text

    assert "3 quotations" in page
    for verdict in ("verbatim", "altered", "not-found"):
        assert f'<li class="{verdict}">' in page
    assert "Northmarch: Panel calls for release" in page


def test_a_word_that_was_dropped_is_shown(room: RunningRoom) -> None:
    page = post_text(room, ARTICLE).text

    assert '<del title="">not</del>' in page


def test_words_without_marks_are_one_quotation(room: RunningRoom) -> None:
    page = post_text(room, "Denying that a place exists does not empty it").text

    assert '<li class="verbatim">' in page


def test_pasted_text_is_not_stored(room: RunningRoom) -> None:
    post_text(room, "He said: “incomparably unforgettable words were never kept by anyone here.”")

    files = [path for path in room.archive.rglob("*") if path.is_file()]
    assert not any(b"incomparably" in path.read_bytes() for path in [*files, room.log])


def test_pasted_markup_is_escaped(room: RunningRoom) -> None:
    page = post_text(room, "“<script>alert(1)</script> held without charge at Ostrel”").text

    assert "<script>alert" not in page


def test_the_api_answers_as_the_command_does(room: RunningRoom) -> None:
    body = {"quote": "Denying that a place exists does not empty it"}

    report = requests.post(room.url + "/api/v1/check", json=body, timeout=20).json()

    assert report["quotations"][0]["verdict"] == "verbatim"
    assert report["quotations"][0]["statement"] == "meridian_panel:PD_2024_7"
