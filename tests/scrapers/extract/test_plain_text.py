import pytest

from archive.errors import LimitError
from scrapers.extract.plain_text_reader import read_plain_text

URL = "https://min.example/2024/statement.txt"
FIRST = "The ministry regrets the delay in the delivery of seed to the north."


def test_the_first_line_of_a_text_is_its_title() -> None:
    reading = read_plain_text(URL, f"On the harvest\n\n{FIRST}\n\nIt will report again.\n", "en")

    assert reading is not None
    assert (reading.title, reading.text) == ("On the harvest", f"{FIRST}\nIt will report again.")
    assert (reading.identifier, reading.publisher, reading.lang) == (URL, "min.example", "en")


def test_a_text_of_one_paragraph_is_its_own_title() -> None:
    reading = read_plain_text(URL, FIRST)

    assert reading is not None
    assert reading.title == reading.text == FIRST


def test_lines_of_a_fixed_width_are_one_paragraph() -> None:
    wrapped = f"On the harvest\r\n\r\n{FIRST}\r\nIt will\treport again.\r\n\r\nThank you.\r\n"

    reading = read_plain_text(URL, wrapped)

    assert reading is not None
    assert reading.text == f"{FIRST} It will report again.\nThank you."


@pytest.mark.parametrize(
    "text",
    [
        "OK",
        "",
        "User-agent: *\nDisallow: /a\nDisallow: /b\nSitemap: https://min.example/sitemap.xml\n",
        "id,name,amount\n1,seed,20\n2,barley,30\n",
        "01.02.2024; 17.5; 18.9; 20.1; 11.4; 12.6; 18.3; 19.2; 20.5.",
    ],
)
def test_a_text_without_sentences_is_no_statement(text: str) -> None:
    assert read_plain_text(URL, text) is None


@pytest.mark.parametrize(
    "text",
    ["农业部对今春向北部山谷运送种子的延误表示遗憾。部长星期一走访了三个山谷，并与农民交谈。"],
)
def test_a_text_needs_no_spaces(text: str) -> None:
    assert read_plain_text(URL, text) is not None


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(LimitError):
        read_plain_text(URL, FIRST * 100_000)
