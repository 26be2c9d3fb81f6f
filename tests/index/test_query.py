"""The query language: the meaning of queries, and the offsets of errors."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import QueryError
from index.query_parser import parse
from index.query_tree import And, Dates, Field, Node, Not, Or, Phrase, Prefix, Query, Run, Stem


def verbatim(*words: str, slop: int = 0, unordered: bool = False, open_end: bool = False) -> Phrase:
    return Phrase((Run(words, open_end),), slop, unordered)


PEACE, WAR, TREATY = Stem(("peace",)), Stem(("war",)), Stem(("treaty",))


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("peace", PEACE),
        ("don't", Stem(("don", "t"))),
        ("U.S.", Stem(("us",))),
        ('"We do NOT detain"', verbatim("we", "do", "not", "detain")),
        ("“We do not”", verbatim("we", "do", "not")),
        ("„Wir sind“", verbatim("wir", "sind")),
        ("«nous sommes»", verbatim("nous", "sommes")),
        ('“he said "no" today”', verbatim("he", "said", "no", "today")),
        ('“mixed marks"', verbatim("mixed", "marks")),
        ('"put an end"~3', verbatim("put", "an", "end", slop=3)),
        ('"end put"~2u', verbatim("end", "put", slop=2, unordered=True)),
        ('"gay men in Chech*"', verbatim("gay", "men", "in", "chech", open_end=True)),
        ('"a … b"', Phrase((Run(("a",)), Run(("b",))))),
        ('"a ... b [...] c (…) d . . . e"', Phrase(tuple(Run((c,)) for c in "abcde"))),
        ('"… a b …"', verbatim("a", "b")),
        ("detain*", Prefix("detain")),
        ("co-detain*", verbatim("co", "detain", open_end=True)),
        ("peace war", And((PEACE, WAR))),
        ("peace AND war", And((PEACE, WAR))),
        ("peace OR war treaty", Or((PEACE, And((WAR, TREATY))))),
        ("(peace OR war) treaty", And((Or((PEACE, WAR)), TREATY))),
        ("peace NOT war", And((PEACE, Not(WAR)))),
        ("peace AND NOT (war OR treaty)", And((PEACE, Not(Or((WAR, TREATY)))))),
        ("peace and war", And((PEACE, Stem(("and",)), WAR))),
        ("peace — & war!", And((PEACE, WAR))),
        ("source:un_press", Field("source", "un_press")),
        ("Lang:en", Field("lang", "en")),
        ('issuer:"Ministry of Truth"', Field("issuer", "Ministry of Truth")),
        ("kind:speech peace", And((Field("kind", "speech"), PEACE))),
        ("after:2017-04-01", Dates(after=20170401)),
        ("before:2017-04", Dates(before=20170401)),
        ("after:2017 before:2018", And((Dates(after=20170101), Dates(before=20180101)))),
    ],
)
def test_a_query_means(query: str, meaning: Node) -> None:
    assert parse(query) == Query(query, meaning)


@pytest.mark.parametrize(
    ("query", "place", "problem"),
    [
        ("", 0, "query is empty"),
        (" — ", 0, "query is empty"),
        ('peace "unclosed phrase', 6, "not closed"),
        ('peace ""', 6, "no word between"),
        ('"…"', 0, "no word between"),
        ("(peace", 0, "not closed"),
        ("peace)", 5, r"unmatched \)"),
        ("peace ()", 6, "nothing between"),
        ("AND peace", 0, "AND needs a left operand"),
        ("peace AND", 6, "AND needs a right operand"),
        ("peace AND OR war", 6, "AND needs a right operand"),
        ("OR peace", 0, "OR needs a left operand"),
        ("peace OR", 6, "OR needs a right operand"),
        ("peace NOT", 6, "NOT needs an operand"),
        ("-peace", 0, "write NOT"),
        ("*tion", 0, "end of a word"),
        ("de*tain", 2, "end of a word"),
        ('"de* tain"', 3, "only end the last word"),
        ('"peace"~', 7, "needs a number"),
        ('"peace"~x', 7, "needs a number"),
        ('"peace war"~99', 11, "at most"),
        ('"a … b"~3', 7, "either an ellipsis or a ~"),
        ("author:me", 0, "no such field: author"),
        ("source:", 0, "needs a value"),
        ("peace source: un", 6, "needs a value"),
        ("after:soon", 6, "needs a date"),
        ("after:2017-13-01", 6, "no such day"),
        ("before:2017-02-30", 7, "no such day"),
    ],
)
def test_a_broken_query_says_what_is_wrong_and_where(query: str, place: int, problem: str) -> None:
    with pytest.raises(QueryError, match=problem) as caught:
        parse(query)

    assert caught.value.position == place
    assert str(caught.value).splitlines()[2] == f"  {' ' * place}^"


def test_parentheses_may_not_be_nested_without_end() -> None:
    with pytest.raises(QueryError, match="parentheses nested more than"):
        parse("(" * 500 + "peace" + ")" * 500)


@settings(deadline=None)  # tables are made at first use
@given(st.text(alphabet=st.sampled_from('ab "“”()*~3u.…:-\nANDORT source:after2017é'), max_size=40))
def test_any_text_is_read_or_refused_with_a_place_in_it(query: str) -> None:
    with contextlib.suppress(QueryError):
        parse(query)
        return
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert 0 <= caught.value.position <= len(query)
    assert len(str(caught.value).split("\n")) == 3
