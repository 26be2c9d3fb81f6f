"""The pages, as a browser without JavaScript gets them."""

import re
import subprocess
import zipfile
from io import BytesIO

import pytest
import requests

from tests.support.reading_room_server import RELEASE, RunningRoom

PAGES = [
    "/",
    "/search?q=panel",
    "/search?q=zzzz",
    f"/statement/{RELEASE}",
    f"/statement/{RELEASE}/diff",
    f"/statement/{RELEASE}/cite",
    f"/statement/{RELEASE}/proof",
    "/timeline?q=panel",
    "/sources",
    "/sources/meridian_panel",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_has_a_title_a_heading_and_a_language(
    room: RunningRoom, path: str, language: str
) -> None:
    response = room.get(path, headers={"Accept-Language": language})

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert len(re.findall("<h1", response.text)) == 1
    assert re.search(r"<title>\s*\S", response.text)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_style_or_a_script_of_its_own(room: RunningRoom, path: str) -> None:
    page = room.get(path).text

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)", page)


def test_a_phrase_is_found_and_its_words_are_marked(room: RunningRoom) -> None:
    page = room.get("/search", params={"q": '"held without charge"'}).text

    assert "2 statements" in page
    assert page.count("<mark>held without charge</mark>") == 2


def test_a_phrase_does_not_match_its_negation(room: RunningRoom) -> None:
    page = room.get("/search", params={"q": '"such a facility exists"'}).text

    assert "Nothing found" in page


def test_nothing_found_says_what_was_searched_and_which_word_never_occurs(
    room: RunningRoom,
) -> None:
    page = room.get("/search", params={"q": '"release every zebra"'}).text

    assert "meridian_panel" in page
    assert re.search(r"zebra</bdi></th><td class=\"number\"><b>never", page)


def test_a_broken_query_shows_where_it_is_broken(room: RunningRoom) -> None:
    response = room.get("/search", params={"q": 'panel "never closed'})

    assert response.status_code == 400
    assert "panel &#34;never closed\n      ^" in response.text


def test_a_search_is_filtered_by_parameters_of_its_address(room: RunningRoom) -> None:
    page = room.get("/search?q=panel&year=2024&issuer=Panel+on+Disappearances").text

    assert "3 statements" in page
    assert "0 statements" not in page
    assert "Nothing found" in room.get("/search?q=panel&year=1999").text


def test_a_statement_shows_its_words_with_an_anchor_for_each_paragraph(room: RunningRoom) -> None:
    page = room.get(f"/statement/{RELEASE}").text

    assert '<p id="p2"' in page
    assert "every person held without charge at the Ostrel Street" in page
    assert "Ms Oriane Tal" in page


def test_an_older_version_says_that_there_is_a_newer_one(room: RunningRoom) -> None:
    versions = room.get(f"/api/v1/statements/{RELEASE}/versions").json()

    page = room.get(f"/statement/{versions[0]['version']}").text

    assert "This is not the newest version." in page
    assert "refused entry" in page


def test_words_deleted_between_two_versions_are_struck_out(room: RunningRoom) -> None:
    page = room.get(f"/statement/{RELEASE}/diff").text

    assert re.search(r"<del [^>]*>Members of the Panel were refused entry", page)


def test_a_citation_quotes_only_what_is_there(room: RunningRoom) -> None:
    good = room.get(f"/statement/{RELEASE}/cite", params={"quote": "a climate of fear"})
    bad = room.get(f"/statement/{RELEASE}/cite", params={"quote": "a climate of calm"})

    assert good.status_code == 200
    assert "<mark>a climate of fear</mark>" in good.text
    assert bad.status_code == 404
    assert "These words are not in the statement" in bad.text


def test_an_evidence_pack_can_be_downloaded_and_verifies_itself(
    room: RunningRoom, tmp_path_factory: pytest.TempPathFactory
) -> None:
    response = requests.post(f"{room.url}/statement/{RELEASE}/pack", timeout=20)

    folder = tmp_path_factory.mktemp("pack")
    with zipfile.ZipFile(BytesIO(response.content)) as pack:
        pack.extractall(folder)
    result = subprocess.run(["sh", "verify.sh"], cwd=folder, capture_output=True)
    assert result.returncode == 0


def test_a_time_line_shows_issue_capture_change_and_disappearance(room: RunningRoom) -> None:
    page = room.get("/timeline?q=panel").text

    for event_name in ("issued", "first captured", "changed", "gone from its address"):
        assert event_name in page


def test_a_time_line_for_a_spreadsheet_holds_no_formula(room: RunningRoom) -> None:
    response = room.get("/timeline?q=panel&form=csv")

    assert response.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in response.headers["Content-Disposition"]
    assert not re.search(r'(^|,)"?[=+@]', response.text, re.MULTILINE)


def test_a_search_is_a_feed(room: RunningRoom) -> None:
    from xml.etree import ElementTree

    atom = ElementTree.fromstring(room.get("/feed.atom?q=panel").content)  # noqa: S314
    feed = room.get("/feed.json?q=panel").json()

    assert len(atom.findall("{http://www.w3.org/2005/Atom}entry")) == 3
    assert len(feed["items"]) == 3


def test_an_unknown_statement_is_an_error_page(room: RunningRoom) -> None:
    response = room.get("/statement/nobody:nothing")

    assert response.status_code == 404
    assert "no such statement: nobody:nothing" in response.text


def test_a_language_once_chosen_is_remembered(room: RunningRoom) -> None:
    response = room.get("/?ui=ru")

    assert response.cookies["ui"] == "ru"
    assert '<html lang="ru">' in room.get("/sources", cookies={"ui": "ru"}).text


def test_a_hit_in_a_title_is_marked_and_labelled(room: RunningRoom) -> None:
    title = room.get(f"/api/v1/statements/{RELEASE}").json()["title"]

    page = room.get("/search", params={"q": f'title:"{title}"'}).text

    assert f"<mark>{title}</mark>" in page
    assert "The words are in the title." in page
    assert "The query is its symbol." in room.get("/search?q=symbol:PD/2024/7").text


def test_nothing_found_counts_the_statements_that_were_searched(room: RunningRoom) -> None:
    total = room.get("/api/v1/search?q=source:meridian_panel").json()["total"]

    page = room.get("/search?q=zzzz").text
    in_titles = room.get("/search?q=title:zzzz", headers={"Accept-Language": "ru"}).text
    answer = room.get("/api/v1/search?q=zzzz").json()

    assert f"The texts and the titles of {total} statements were searched." in page
    assert f"Искали в заголовках {total} заявлений." in in_titles
    assert answer["searched"]["statements"] == answer["searched"]["archived"] == total


@pytest.mark.parametrize("path", ["/search", "/api/v1/search", "/timeline", "/feed.atom"])
@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"q": "x source:meridian_panell"}, "nearest is meridian_panel"),
        ({"q": "x", "source": "meridian_panell"}, "nearest is meridian_panel"),
        ({"q": "x", "lang": "xx"}, "no such language: xx"),
        ({"q": "x before:2020", "year": "2024"}, "no day of 2024"),
        ({"q": '"x * y"'}, "a lone *"),
    ],
)
def test_what_cannot_be_asked_is_an_error_everywhere(
    room: RunningRoom, path: str, params: dict[str, str], sentence: str
) -> None:
    response = room.get(path, params=params)

    assert response.status_code == 400
    assert sentence in response.text
    assert "^" in response.text


def test_three_plain_words_are_offered_as_a_phrase(room: RunningRoom) -> None:
    loose = room.get("/search?q=held+without+charge").text

    assert "/search?q=%22held+without+charge%22" in loose
    assert "exactly these words" not in room.get('/search?q="held without charge"').text
