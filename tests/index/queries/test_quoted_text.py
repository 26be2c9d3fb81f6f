"""Quotation marks of a query: every kind means verbatim, and an apostrophe is none."""

import pytest

from archive.errors import QueryError
from index.query_parser import parse
from index.query_tree import And, InTitle, Node, Phrase, Run, Stem


def verbatim(*words: str) -> Phrase:
    return Phrase((Run(words),))


@pytest.mark.parametrize(
    "query",
    [
        '"wir sind frei"',
        "“wir sind frei”",
        "„wir sind frei“",
        "„wir sind frei”",
        "”wir sind frei”",
        "«wir sind frei»",
        "« wir sind frei »",
        "»wir sind frei«",
        "»wir sind frei»",
        "‹wir sind frei›",
        "›wir sind frei‹",
        "‘wir sind frei’",
        "‚wir sind frei‘",
        "’wir sind frei’",
        "'wir sind frei'",
        "＇wir sind frei＇",
        "「wir sind frei」",
        "『wir sind frei』",
        "｢wir sind frei｣",
        "﹁wir sind frei﹂",
        "《wir sind frei》",
        "〈wir sind frei〉",
        "〝wir sind frei〟",
        "＂wir sind frei＂",
        "״wir sind frei״",
        "❝wir sind frei❞",
        "``wir sind frei''",
        ",,wir sind frei''",
        "''wir sind frei''",
        "`wir sind frei'",
        "<<wir sind frei>>",
        '„wir sind frei"',
    ],
)
def test_every_kind_of_marks_is_verbatim(query: str) -> None:
    assert parse(query).root == verbatim("wir", "sind", "frei")


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("don't", Stem(("don", "t"))),
        ("d’État", Stem(("d", "état"))),
        ("the '90s", And((Stem(("the",)), Stem(("90s",))))),
        ("the workers' rights", And((Stem(("the",)), Stem(("workers",)), Stem(("rights",))))),
        ("‘Abd", Stem(("abd",))),
        ("'we don't accept'", verbatim("we", "don", "t", "accept")),
        ("‘we don’t accept’", verbatim("we", "don", "t", "accept")),
        ("'the workers' rights'", verbatim("the", "workers", "rights")),
        ("'one two' 'three four'", And((verbatim("one", "two"), verbatim("three", "four")))),
        ("说「我们」", And((Stem(("说",)), verbatim("我", "们")))),
        ("说‘我们’和‘你’", And((
            Stem(("说",)), verbatim("我", "们"), Stem(("和",)), verbatim("你"),
        ))),
        ('צה"ל', Stem(("צה", "ל"))),
        ('"חיילי צה"ל כאן"', verbatim("חיילי", "צה", "ל", "כאן")),
        ("title:‘one two’", InTitle(verbatim("one", "two"))),
    ],
)  # fmt: skip
def test_an_apostrophe_is_no_mark(query: str, meaning: Node) -> None:
    assert parse(query).root == meaning


@pytest.mark.parametrize("query", ["「wir sind", "``wir sind", "<<wir sind", "‹wir sind", "《wir"])
def test_a_mark_that_is_not_closed_is_an_error(query: str) -> None:
    with pytest.raises(QueryError, match="not closed") as caught:
        parse(query)

    assert caught.value.position == 0
