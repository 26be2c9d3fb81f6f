"""Finding quotations in articles: marks of many kinds, attributions, block quotations."""

import pytest

from archive.errors import FormatError, LimitError
from archive.text.language import Language, languages
from index.quotes.article.article_text import MAX_ARTICLE_BYTES, Article, read_article
from index.quotes.article.find_quotations import Quotation, find_quotations
from tests.support.steps import assert_steps_grow_linearly


def quotations_in(text: str, name: str = "a.txt") -> list[Quotation]:
    return find_quotations(read_article(text.encode(), name))


def quoted_texts(text: str, name: str = "a.txt") -> list[str]:
    return [quotation.text for quotation in quotations_in(text, name)]


@pytest.mark.parametrize(
    "text",
    [
        "The panel said: “release them all now”.",
        'The panel said: "release them all now".',
        "The panel said: ‘release them all now’.",
        "The panel said: 'release them all now'.",
        "Le groupe a dit : « release them all now ».",
        "Der Ausschuss sagte: „release them all now“.",
        "Das Gremium: »release them all now«.",
        "委员会说：「release them all now」。",
        "The panel said: ``release them all now''.",
        'The panel said: “release them all now".',
        "Panelen sade: ”release them all now”.",
        "Panelen sade: ’release them all now’.",
        "Panelen sade: »release them all now».",
        'Komisja powiedziała: „release them all now".',
        "Komisja powiedziała: „release them all now”.",
        "The panel said: “release them all now“.",
        ",,release them all now'', the panel said.",
        "''release them all now'', the panel said.",
        "Le groupe a dit : <<release them all now>>.",
        "Le groupe a dit : <‹release them all now›>.",
        "Le groupe a dit : <‹release them all now>>.",
        "Le groupe a dit : ‹‹release them all now››.",
        "委員会は『release them all now』と述べた。",
        "委員会は｢release them all now｣と述べた。",
        "הוועדה אמרה: ״release them all now״.",
    ],
)
def test_marks_of_every_kind_are_found(text: str) -> None:
    assert quoted_texts(text) == ["release them all now"]


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.code)
def test_the_marks_of_every_language_are_found(language: Language) -> None:
    for opening, closing in language.quotes:
        text = f"A {opening}release them all now{closing}, b {opening}close the camps{closing}."
        assert quoted_texts(text) == ["release them all now", "close the camps"], opening


@pytest.mark.parametrize(
    "text",
    [
        "The workers’ rights aren’t the Minister’s to give.",
        "The workers' rights aren't the Minister's to give, 'til the '90s end.",
        "A board 5'10\" long, and another 6' long.",
        "No quotation here at all.",
        "Let ’em go, the workers’ ’60s are over.",
        "A <<tag and a ”stray mark and a ,,comma.",
        '“” and "" and “ … ”',
        "",
    ],
)
def test_apostrophes_and_inches_are_no_quotation_marks(text: str) -> None:
    assert quoted_texts(text) == []


def test_nested_marks_stay_inside_the_outer_quotation() -> None:
    text = "She said: “He told us ‘the workers’ rights are gone’ and left.” Then silence."
    assert quoted_texts(text) == ["He told us ‘the workers’ rights are gone’ and left."]


def test_an_attribution_does_not_split_a_quotation() -> None:
    text = "“We urge Ruritania,” the experts said on Thursday, “to put an end to it.”"
    (quotation,) = quotations_in(text)

    assert (
        quotation.text == "We urge Ruritania,” the experts said on Thursday, “to put an end to it."
    )
    assert [text[start:end] for start, end in quotation.pieces] == [
        "We urge Ruritania,",
        "to put an end to it.",
    ]
    assert quotation.attributed_to == "the experts"


def test_two_sentences_apart_are_two_quotations() -> None:
    text = "“They are gone.” The Minister left at noon. Later he wrote: “They were never here.”"
    assert len(quotations_in(text)) == 2


def test_paragraphs_that_each_open_with_a_mark_are_one_quotation() -> None:
    text = "She read:\n\n“The first one.\n\n“The second one.\n\n“The third.”\n\nThen she left."
    (quotation,) = quotations_in(text)
    assert quotation.text == "The first one.\n\nThe second one.\n\nThe third."
    assert not quotation.unclosed


def test_an_unclosed_mark_reaches_to_the_end_of_its_paragraph_and_is_reported() -> None:
    (quotation,) = quotations_in("He said: “We will not go.\n\nThe crowd dispersed.")
    assert quotation.text == "We will not go."
    assert quotation.unclosed


@pytest.mark.parametrize(
    ("text", "attributed_to"),
    [
        (
            "“We were told nothing of it,” said Flavia Elphberg, who runs the office.",
            "Flavia Elphberg",
        ),
        ("“We were told nothing of it,” the UN experts said in Geneva.", "the UN experts"),
        (
            "According to the Ministry of Truth, “we were told nothing of it”.",
            "the Ministry of Truth",
        ),
        (
            "Colonel Zapt has denied it, maintaining that “we were told nothing of it”.",
            "Colonel Zapt",
        ),
        ("“We were told nothing of it,” he said.", ""),
        ("“We were told nothing of it,” Mr. Zapt said. Nobody asked.", "Mr. Zapt"),
    ],
)
def test_the_attribution_is_found(text: str, attributed_to: str) -> None:
    assert quotations_in(text)[0].attributed_to == attributed_to


def test_a_paragraph_that_a_colon_introduces_is_quoted_without_marks() -> None:
    text = (
        "The panel’s director Flavia Elphberg explained:\n\n"
        "Since we first heard of the camps we have asked to see them, and were refused.\n\n"
        "That is all."
    )
    (quotation,) = quotations_in(text)
    assert quotation.found_by == "introduced"
    assert quotation.text.startswith("Since we first heard")
    assert "Flavia Elphberg" in quotation.attributed_to


def test_a_name_between_marks_is_not_a_quotation() -> None:
    assert [
        quotation.found_by
        for quotation in quotations_in("She writes for “Novaya Zenda” in Strelsau.")
    ] == ["name"]


def test_a_page_is_read_without_its_menus_and_scripts() -> None:
    page = """<html><head><title>T</title><script>"not this one at all"</script></head><body>
    <nav>“nor this menu entry”</nav><article><p>The panel <b>said</b>: “release
    them <i>all</i>&nbsp;now”.</p><blockquote><p>Not one prisoner may be moved.</p></blockquote>
    <p>And <q>close the camps at once</q>.</p></article></body></html>"""
    assert quoted_texts(page, "a.html") == [
        "release them all now",
        "Not one prisoner may be moved.",
        "close the camps at once",
    ]


def test_markdown_has_links_and_block_quotations() -> None:
    text = (
        "The [panel](https://panel.example/a_(b)) said “release [them](x) **all** now”.\n\n"
        "> Not one may be moved.\n> Not one.\n"
    )
    assert quoted_texts(text, "a.md") == ["release them all now", "Not one may be moved.\nNot one."]


def test_offsets_are_those_of_the_article() -> None:
    text = "First “one two three four five”, then “six seven eight nine ten”."
    for quotation in quotations_in(text):
        assert text[quotation.start : quotation.end] == quotation.text


def test_a_binary_file_is_an_error_and_not_an_empty_answer() -> None:
    with pytest.raises(FormatError, match=r"photo\.png: expected text, HTML or Markdown, found"):
        read_article(b"\x89PNG\r\n\x1a\n\0\0", "photo.png")


def test_a_file_larger_than_any_article_is_refused() -> None:
    with pytest.raises(LimitError, match=r"book\.txt: expected an article of at most"):
        read_article(b"a" * (MAX_ARTICLE_BYTES + 1), "book.txt")


@pytest.mark.parametrize(
    "mark",
    ["“", '"', "'", "‘", "«", "[", "...", "“a", "\n“", "'a ", "”a ", "»a ", "<<a ", ",,a ", "— a"],
)
def test_a_run_of_one_mark_is_read_in_steps_in_proportion_to_it(mark: str) -> None:
    text = mark * 20_000

    for quotation in find_quotations(Article(text)):
        assert text[quotation.start : quotation.end] == quotation.text
    assert_steps_grow_linearly(lambda size: find_quotations(Article(mark * size)), 500)


def test_other_encodings_are_read() -> None:
    assert (
        read_article("Il a dit « à bientôt » à tous".encode("cp1252"), "a.txt").text.count("«") <= 1
    )
    assert read_article("“here it is”".encode("utf-16"), "a.txt").text == "“here it is”"


def test_deep_nesting_does_not_crash() -> None:
    assert quoted_texts("<div>" * 5000 + "<p>“one two three”</p>", "a.html") in (
        ["one two three"],
        [],
    )
