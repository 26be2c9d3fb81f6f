"""What an unquoted word of a query is: a symbol, an address, an operator of another tool."""

import pytest

from archive.errors import QueryError
from index.query_parser import parse
from index.query_tree import And, Field, Node, Or, Phrase, Run, Stem


def words_or(field: Field, *words: str) -> Or:
    return Or((Stem(words), field))


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("BC/2024/3", words_or(Field("symbol", "BC/2024/3"), "bc", "2024/", "/3")),
        ("(BC/2024/3), x", And((
            words_or(Field("symbol", "BC/2024/3"), "bc", "2024/", "/3"), Stem(("x",)),
        ))),
        ('"BC/2024/3"', Or((Phrase((Run(("bc", "2024/", "/3")),)), Field("symbol", "BC/2024/3")))),
        ("brook:BC/2024/3", And((Field("source", "brook"), Field("symbol", "BC/2024/3")))),
        ("w13-a", words_or(Field("symbol", "w13-a"), "w13", "a")),
        ("symbol:BC/2024/*", Field("symbol", "BC/2024/*")),
        ("symbol:S/RES/2664(2022)", Field("symbol", "S/RES/2664(2022)")),
        ("S/RES/2664(2022)", words_or(
            Field("symbol", "S/RES/2664(2022)"), "s", "res", "2664", "2022",
        )),
        ("brook:BC_2024_3", And((Field("source", "brook"), Field("symbol", "BC_2024_3")))),
        ("brook:BC_2024_3@0a1b2c", And((Field("source", "brook"), Field("symbol", "BC_2024_3")))),
        ("https://a.example/b?c=1.", words_or(
            Field("url", "https://a.example/b?c=1"), "https", "a", "example", "b", "c", "1",
        )),
        ("(https://a.example/b)", words_or(
            Field("url", "https://a.example/b"), "https", "a", "example", "b",
        )),
        ("a.example/b", words_or(Field("url", "a.example/b"), "a", "example", "b")),
        ("url:a.example", Field("url", "a.example")),
        ("either/or", Stem(("either", "or"))),
        ("3140000", Stem(("3140000",))),
        ("说：我们", Stem(("说", "我", "们"))),
        ("source：brook", Field("source", "brook")),
    ],
)  # fmt: skip
def test_a_word_is_a_symbol_or_an_address_too(query: str, meaning: Node) -> None:
    assert parse(query).root == meaning


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('"Was it lawful?"', ("was", "it", "lawful")),
        ('"lawful? That it was"', ("lawful", "that", "it", "was")),
        ('"lawful?Yes"', ("lawful", "yes")),
        ('"lawful?12 It"', ("lawful", "12", "it")),
        ('"合法吗?是"', ("合", "法", "吗", "是")),
        ('"see https://a.example/?b=1 here"', ("see", "https", "a", "example", "b", "1", "here")),
    ],
)
def test_a_question_mark_of_a_pasted_phrase_is_one(query: str, words: tuple[str, ...]) -> None:
    assert parse(query).root == Phrase((Run(words),))


@pytest.mark.parametrize(
    ("query", "place", "problem"),
    [
        ('"det?ntion"', 4, "not a wildcard"),
        ('"d??ention"', 2, "not a wildcard"),
        ("det?ntion", 3, "not a wildcard"),
        ('"we * accept"', 4, "a lone *"),
        ('"we accept *"', 11, "a lone *"),
        ('"we *accept"', 4, "a lone *"),
        ("we * accept", 3, "end of a word"),
        ("symbol:A/*/3", 9, "only end a symbol"),
        ("source:un*", 9, "not allowed in source:"),
        ("peace || war", 6, "write OR"),
        ("peace !war", 6, "write NOT"),
        ("peace~2", 0, "write ~ after a phrase"),
        ("peace^2", 0, "not an operator"),
        ("peace NEAR/3 war", 6, "near one another"),
        ("peace w/3 war", 6, "near one another"),
        ("peace pre/5 war", 6, "near one another"),
        ("peace /3 war", 6, "near one another"),
        ("peace +war", 6, "is not an operator"),
        ("peace && war", 6, "write AND"),
        ("peace&&war", 0, "write AND"),
        ("peace||war", 0, "write OR"),
        ("peace NOT NOT war", 6, "NOT needs"),
        ("peace /wa.s/", 6, "regular expression"),
        ("peace [a TO b]", 6, "no range"),
        ("{1 TO 2}", 0, "no range"),
        ('"4.2 million $"', 13, "beside a figure"),
        ('"3 M€ a year"', 4, "beside a figure"),
        ('peace "(%) of"', 8, "beside a figure"),
        ("sorce:x", 0, "nearest is source"),
        ("language:fr", 0, "nearest is lang"),
        ("issued:2024", 0, "nearest is after"),
        ("источник:x", 0, "no such field"),
        ("source :x", 0, "directly after it"),
        ("title:", 0, "needs a word or a phrase"),
        ("title:—", 0, "needs a word or a phrase"),
        ("symbol:/", 7, "letters or digits"),
        ("after:2024 before:2023", 18, "no day"),
        ("after:2023-05-01 x before:2023-05", 26, "no day"),
        ("(after:2024) (x before:2023)", 23, "no day"),
    ],
)
def test_what_cannot_be_asked_is_an_error_with_its_place(
    query: str, place: int, problem: str
) -> None:
    with pytest.raises(QueryError, match=problem) as caught:
        parse(query)

    assert caught.value.position == place


def test_dates_of_different_alternatives_may_exclude_each_other() -> None:
    assert isinstance(parse("after:2024 OR before:2023").root, Or)


@pytest.mark.parametrize(
    "query",
    [
        '"$4.2 million"', '"4.2 $ million"', '"% 5"', '"20 %"', '"30° 15′"', '"n° 7"',
        '"Ke$ha sang"',
        "+5", "/news", "and/or", "https://a.example/b&&c", "R&D", "[a to b]", "$ 5",
    ],
)  # fmt: skip
def test_a_sign_that_is_no_operator_is_no_error(query: str) -> None:
    assert parse(query).root
