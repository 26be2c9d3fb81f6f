import pytest

from scrapers.extract.any_page.link_texts import cover_by_links, find_page_links, strip_link_lines
from scrapers.parse.html.html_tree import parse_html
from tests.support.steps import assert_steps_grow_linearly

MENU = (
    "<div><a>Home</a> | <a>News</a></div><ul><li><a>Boards</a><li><a>Peace</a><li><a>Val</a></ul>"
)
NEWS = [f"Statement of the board on the sluice of Val number {number}" for number in range(3)]
LIST = "".join(f"<li><a>{title}</a>" for title in NEWS)


def strip(markup: str, *lines: str) -> list[str]:
    return strip_link_lines(lines, find_page_links(parse_html(f"<body>{markup}</body>")))


def test_menus_are_taken_out_and_sentences_stay() -> None:
    lines = ("Home | News", "We regret it.", "Boards", "Peace", "Val", "Thank you.")

    assert strip(MENU + "<p>We regret it.<p>Thank you.", *lines) == ["We regret it.", "Thank you."]


def test_lines_that_stand_on_the_page_without_links_stay() -> None:
    signatories = ("Boards", "Peace", "Val")

    assert strip(f"{MENU}<p>Boards<p>Peace<p>Val", *signatories) == [*signatories]


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["We regret it.", *NEWS], ["We regret it."]),
        ([*NEWS, "We regret it."], ["We regret it."]),
        (["We regret it.", *NEWS, "Thanks."], ["We regret it.", *NEWS, "Thanks."]),
        (["We regret it.", NEWS[0]], ["We regret it.", NEWS[0]]),
    ],
)
def test_a_list_of_other_pages_is_taken_out_at_the_ends(lines: list[str], kept: list[str]) -> None:
    assert strip(f"<p>We regret it.</p><ul>{LIST}</ul>", *lines) == kept


def test_links_that_are_sentences_are_no_menu() -> None:
    sentences = ["It was shut.", "It was opened.", "It was shut again."]

    assert strip("".join(f"<li><a>{one}</a>" for one in sentences), *sentences) == sentences


def test_words_are_covered_by_the_longest_links() -> None:
    links = find_page_links(parse_html("<a>the sluice</a> <a>the</a>"))

    assert cover_by_links(["the", "sluice", "of", "the"], links) == (2, 1)


@pytest.mark.parametrize("mark", ["<a>x</a>", "<p><a>x</a>", "<td>x", "x "])
def test_finding_links_takes_steps_in_proportion_to_the_page(mark: str) -> None:
    pages = {size: parse_html("<p>" + mark * size) for size in (300, 600)}

    assert_steps_grow_linearly(lambda size: find_page_links(pages[size]), 300)
