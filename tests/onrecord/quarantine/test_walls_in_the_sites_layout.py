"""A notice in the site's own layout, its menu and address read as words, is no edit."""

from pathlib import Path

import pytest

from onrecord.quarantine.rules import shares_only_frame
from tests.conftest import Run
from tests.support.warc_files import foreign_record, http_response, write_warc

URL = "https://ministry.example/news/7"
MENU = "<nav><a href=/>Home</a> <a href=/n>News</a> <a href=/c>Contact</a></nav>"
ADDRESS = "© Ministry of the Fen, 1 Castle Square, telephone 0123 456"
WORDS = (
    "<p>The ministry condemns the attack on the ferry and calls for an inquiry by the court.</p>"
    "<p>It summoned the ambassador on Tuesday and handed over a note of protest.</p>"
)
NOTICE = "<p>We are working on our servers at the moment. Please come back this evening.</p>"


def page(title: str, words: str) -> bytes:
    return http_response(
        f"<html><head><title>{title}</title></head><body>{MENU}<div class=c><h1>{title}</h1>"
        f"{words}<p>{ADDRESS}</p></div></body></html>".encode()
    )


def versions_of(run: Run, folder: Path, *pages: bytes) -> int:
    """Add the captures of one address one after another; return how many versions there are."""
    run("init")
    for number, response in enumerate(pages):
        record = foreign_record(
            response,
            url=URL,
            date=f"2024-0{number + 1}-10T10:00:00Z",
            record_id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        )
        run("add", URL, "--from", write_warc(folder / f"{number}.warc.gz", record))
    return len(run("export", "-").stdout.splitlines())


def test_a_notice_with_the_sites_address_waits_in_quarantine(run: Run, tmp_path: Path) -> None:
    notice = page("Maintenance", NOTICE)

    assert versions_of(run, tmp_path, page("On the ferry", WORDS), notice) == 1
    assert "shares no sentence" in run("quarantine", "list").stdout


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("On the ferry", WORDS.replace("condemns", "regrets")),
        ("On the ferry and the court", WORDS.replace("condemns", "regrets")),
        ("Correction: on the ferry", WORDS.split("</p>")[0] + "</p>"),
        ("On the ferry", WORDS + "<p>A correction was made on Friday.</p>"),
    ],
)
def test_an_edit_with_another_title_is_one(
    run: Run, tmp_path: Path, title: str, words: str
) -> None:
    assert versions_of(run, tmp_path, page("On the ferry", WORDS), page(title, words)) == 2


@pytest.mark.parametrize(
    ("text", "previous", "only_frame"),
    [
        ("Home News We are closed today. © Fen", "Home News The fen is flooded. © Fen", True),
        ("The fen is flooded.", "The fen is dry.", False),  # the greater part is the same
        ("A B", "A B", False),
        ("", "The fen is flooded.", False),
    ],
)
def test_what_two_texts_share_at_their_ends(text: str, previous: str, only_frame: bool) -> None:
    assert shares_only_frame(text, previous) is only_frame
