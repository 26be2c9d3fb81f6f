import pytest

from scrapers.extract.boilerplate import strip_boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Ruritania in pictures",
        "Related",
        "RELATED: The Prince speaks",
        "Comments",
        "12 comments",
        "Lesen Sie auch: Ruritanien in Bildern",
        "À lire aussi : la Ruritanie",
        "Читайте также: Руритания",
        "Advertisement",
    ],
)
def test_a_sites_labels_are_taken_out(line: str) -> None:
    assert strip_boilerplate(["One.", line, "Two."], []) == ["One.", "Two."]


@pytest.mark.parametrize(
    "line",
    [
        "Related to this, the Prince said no.",
        "More than 100 were freed.",
        "Comments by the Prince were welcome.",
        "Read more: " + "a long line that has something to say " * 6,
        "Share of the vote: 12 per cent",
        "The Prince: No.",
    ],
)
def test_lines_with_content_stay(line: str) -> None:
    assert strip_boilerplate(["One.", line], []) == ["One.", line]


def test_the_title_is_removed_at_the_start_of_the_text_only() -> None:
    lines = ["Ruritania keeps its word!", "One.", "Ruritania keeps its word"]

    assert strip_boilerplate(lines, ["Ruritania keeps its word"]) == lines[1:]
    assert strip_boilerplate(lines, ["Ruritania keeps its word | The Strelsau Times"]) == lines[1:]
    assert strip_boilerplate(["Ruritania", "One."], ["Ruritania keeps its word"])[0] == "Ruritania"
