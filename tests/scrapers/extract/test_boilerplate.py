import pytest

from scrapers.extract.any_page.link_texts import PageLinks, find_page_links
from scrapers.extract.boilerplate import strip_boilerplate
from scrapers.parse.html.html_tree import parse_html


def links_of(*links: str) -> PageLinks:
    return find_page_links(
        parse_html("<p>Text.</p>" + "".join(f"<a>{link}</a> " for link in links))
    )


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Ruritania in pictures",
        "Related",
        "RELATED: The Prince speaks",
        "Share: Flock | Quill",
        "Comments",
        "12 comments",
        "Comments: 12",
        "Tempo de leitura: 1 minuto",
        "Lesen Sie auch: Ruritanien in Bildern",
        "Read more: Ruritania in pictures (12 May 2021)",
        "À lire aussi : la Ruritanie",
        "Читайте также: Руритания",
        "Advertisement",
    ],
)
def test_a_sites_labels_are_taken_out_alone_and_before_links(line: str) -> None:
    links = links_of(
        *("Ruritania in pictures", "The Prince speaks", "Flock", "Quill"),
        *("Ruritanien in Bildern", "la Ruritanie", "Руритания"),
    )

    assert strip_boilerplate(["One.", line, "Two."], [], links) == ["One.", "Two."]


@pytest.mark.parametrize(
    "line",
    [
        "Related to this, the Prince said no.",
        "More than 100 were freed.",
        "More: the council will meet on Friday.",
        "Also: ten carts were found in the yard.",
        "Comments: The ministry has none.",
        "Anzeige: Der Minister hat sie erstattet.",
        "Read more: the Prince speaks to the nation",
        "Comments by the Prince were welcome.",
        "Read more: " + "a long line that has something to say " * 6,
        "Share of the vote: 12 per cent",
        "The Prince: No.",
    ],
)
def test_lines_with_content_stay(line: str) -> None:
    assert strip_boilerplate(["One.", line], [], links_of("council", "The Prince speaks")) == [
        "One.",
        line,
    ]


LETTERHEAD = ["Ministry of Ruritania", "1 River Street", "Tel. +39 (0)12 345-6789", "Press office"]


@pytest.mark.parametrize(
    "contact", ["FAX 804-786-1991", "press@min.example", "☎ 01 234 56 78", "Contact: 804 786 2071"]
)
def test_a_text_does_not_begin_with_a_letterhead_and_telephone_numbers(contact: str) -> None:
    text = ["The ministry regrets it.", "Call 804 786 2071."]

    assert strip_boilerplate([*LETTERHEAD[:3], contact, *text], []) == text


@pytest.mark.parametrize(
    "line", ["12 May 2021", "2021-05-12", "12.05.2021", "Berlin, 12. Mai 2021", "A/RES/48/161"]
)
def test_a_date_or_a_number_is_no_telephone_number(line: str) -> None:
    lines = ["Ministry of Ruritania", line, "The ministry regrets it."]

    assert strip_boilerplate(lines, []) == lines


def test_a_telephone_number_after_the_text_stays() -> None:
    lines = ["The ministry regrets it.", *LETTERHEAD]

    assert strip_boilerplate(lines, []) == lines


def test_the_title_is_removed_at_the_start_of_the_text_only() -> None:
    lines = ["Ruritania keeps its word!", "One.", "Ruritania keeps its word"]

    assert strip_boilerplate(lines, ["Ruritania keeps its word"]) == lines[1:]
    assert strip_boilerplate(lines, ["Ruritania keeps its word | The Strelsau Times"]) == lines[1:]
    assert strip_boilerplate(["Ruritania", "One."], ["Ruritania keeps its word"])[0] == "Ruritania"
