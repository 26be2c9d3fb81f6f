"""An archived style sheet or page that is slow to read keeps no page of the room waiting."""

import threading
from collections.abc import Iterator

import pytest
import requests

from tests.support.reading_room_server import (
    SITE,
    RunningRoom,
    create_archive_of_pages,
    serve_archive,
)

SHEETS = {
    "nested.css": "url(" * 20_000,
    "brackets.css": "[a" * 400_000,
    "large.css": "a{b:c}" * 200_000,
    "deep.css": "(" * 5000,
    "slow.css": "a\n" * 450_000,
    "good.css": r"a{background:u\72l(back.png)} @import 'other.css';",
}
PAGES = {
    "styles.html": f"<p>Words</p>{'<style>' * 10_000}",
    "bases.html": f"<p>Words</p>{'<base ' * 9_000}",
}
TIME = "20240305093000"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRoom]:
    folder = tmp_path_factory.mktemp("sheets")
    sheets = {SITE + name: ("text/css", text.encode()) for name, text in SHEETS.items()}
    pages = {SITE + name: ("text/html", text.encode()) for name, text in PAGES.items()}
    archive = create_archive_of_pages(folder, {"pd-2024-7.html": "<p>Words"}, sheets | pages)
    with serve_archive(archive) as room:
        yield room


def test_a_sheet_is_shown_with_its_addresses_rewritten(served: RunningRoom) -> None:
    answer = served.get_replay(f"/web/{TIME}cs_/{SITE}good.css")

    assert answer.headers["Content-Type"].startswith("text/css")
    assert answer.text == (
        f'a{{background:url("/web/{TIME}im_/{SITE}back.png")}} '
        f'@import "/web/{TIME}cs_/{SITE}other.css";'
    )


@pytest.mark.parametrize(
    ("name", "status"),
    [("nested.css", 200), ("brackets.css", 413), ("large.css", 413), ("deep.css", 413)],
)
def test_a_hostile_sheet_is_answered(served: RunningRoom, name: str, status: int) -> None:
    answer = served.get_replay(f"/web/{TIME}cs_/{SITE}{name}")

    assert answer.status_code == status
    assert "nosniff" in answer.headers["X-Content-Type-Options"]


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_is_answered(served: RunningRoom, name: str) -> None:
    answer = served.get_replay(f"/web/{TIME}mp_/{SITE}{name}")

    assert answer.status_code in (200, 413)


def test_pages_are_answered_while_slow_sheets_are_read(served: RunningRoom) -> None:
    answered: list[int] = []

    def ask() -> None:
        url = f"{served.replay_url}/web/{TIME}cs_/{SITE}slow.css"
        answered.append(requests.get(url, timeout=120).status_code)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    codes = [served.get("/sources").status_code for _ in range(5)]
    count_while_asking = len(answered)
    for thread in threads:
        thread.join()

    assert codes == [200] * 5
    assert count_while_asking < len(threads)
