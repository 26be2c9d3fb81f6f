"""Lists of links and home pages are no statements."""

import pytest

from archive.errors import FormatError
from scrapers.extract.generic_reader import read_generic_page

_LINKS = "".join(
    f'<li><a href="/n/{n}">Notice {n} of the board on the sluice at Val</a> <i>{n} May</i></li>'
    for n in range(1, 12)
)
_WORDS = (
    "<p>The board regrets that the sluice was shut without a word to the eel fishers of Val.</p>"
    "<p>It will hear them before the new moon, and asks for the papers of each barge.</p>"
    "<p>The clerk walked to the three locks on Monday and spoke with the keepers.</p>"
)


def _page(body: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>Notices</title>{head}</head>'
        f"<body><main><h1>Notices of the board</h1>{body}</main></body></html>"
    )


def test_a_list_of_links_to_statements_is_no_statement() -> None:
    with pytest.raises(FormatError, match="list of links"):
        read_generic_page("https://board.example/notices", _page(f"<ul>{_LINKS}</ul>"))


def test_cards_of_a_link_and_a_sentence_are_no_statement() -> None:
    cards = "".join(
        f'<div><h3><a href="/n/{n}">The sluice at Val, part {n}</a></h3>'
        f"<p>The board met on {n} May and heard the fishers.</p></div>"
        for n in range(1, 7)
    )

    with pytest.raises(FormatError, match="list of links"):
        read_generic_page("https://board.example/news", _page(cards))


def test_a_short_statement_with_links_to_share_it_is_one() -> None:
    shares = "".join(
        f'<p><a href="/share/{name}">Share on {name}</a></p>'
        for name in ("Facebook", "X", "Vk", "Line")
    )
    page = _page(f"<p>We mourn Anna Petrova, the first clerk of Val.</p>{shares}")

    assert "We mourn" in read_generic_page("https://board.example/n/12", page).text


def test_a_statement_with_a_list_of_related_links_is_one() -> None:
    page = _page(f"{_WORDS * 4}<aside><ul>{_LINKS}</ul></aside>")

    assert "eel fishers" in read_generic_page("https://board.example/notices/12", page).text


@pytest.mark.parametrize("path", ["/", "/en/", "/index.html", "/de-CH/home"])
def test_a_home_page_is_no_statement(path: str) -> None:
    page = _page(f"{_WORDS * 4}<nav><ul>{_LINKS}</ul></nav>")

    with pytest.raises(FormatError, match="home page"):
        read_generic_page(f"https://board.example{path}", page)


def test_a_site_of_one_page_has_its_statement_at_its_root() -> None:
    assert read_generic_page("https://board.example/", _page(_WORDS)).title


def test_a_page_at_the_root_that_says_it_is_an_article_is_a_statement() -> None:
    head = '<meta property="og:type" content="article">'
    page = _page(f"{_WORDS * 4}<nav><ul>{_LINKS}</ul></nav>", head)

    assert read_generic_page("https://board.example/", page).title
