"""The sources, kinds and languages that a query names exist, or are errors with the nearest."""

import pytest

from archive.errors import QueryError
from index.queries.check_names import KnownNames, check_names
from index.query_parser import parse
from index.query_tree import And, Field, Node, Not, Or, Stem

NAMES = KnownNames(
    sources={"brook": "Brook Council: statements", "val_gov": "Governor of Val", "Seed Office": ""},
    kinds=frozenset(("speech", "press-release", "transcript")),
    languages=frozenset(("en", "en-GB", "deu", "fr", "nb", "x1")),
)


def resolve(query: str) -> Node:
    return check_names(parse(query), lambda: NAMES).root


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("source:brook", Field("source", "brook")),
        ("source:VAL_GOV", Field("source", "VAL_GOV")),
        ('source:"Brook Council"', Field("source", "brook")),
        ("source:Governor-of-Val", Field("source", "val_gov")),
        ('source:"Seed Office"', Field("source", "Seed Office")),
        ("kind:Speech", Field("kind", "Speech")),
        ("lang:en", Or((Field("lang", "en"), Field("lang", "en-GB")))),
        ("lang:en-gb", Field("lang", "en-GB")),
        ("lang:eng", Or((Field("lang", "en"), Field("lang", "en-GB")))),
        ("lang:de", Field("lang", "deu")),
        ("lang:fra", Field("lang", "fr")),
        ("lang:no", Field("lang", "nb")),
        ("lang:ckb", Field("lang", "ckb")),
        ("lang:x1", Field("lang", "x1")),
        ("NOT source:governor x", And((Not(Field("source", "val_gov")), Stem(("x",))))),
    ],
)
def test_a_name_that_exists_is_resolved(query: str, meaning: Node) -> None:
    assert resolve(query) == meaning


@pytest.mark.parametrize(
    ("query", "place", "problem"),
    [
        ("x source:Brook-Counsil", 2, r"no such source: Brook-Counsil \(the nearest is brook \(Br"),
        ("source:broook", 0, "the nearest is brook"),
        ("source:govenor", 0, "the nearest is val_gov"),
        ("source:zzz", 0, "known: brook"),
        ("zzz:A_1", 0, "no such field or source: zzz"),
        ("x (y OR kind:speach)", 8, "no such kind: speach .the nearest is speech"),
        ("NOT lang:xx", 4, "no such language: xx"),
        ("lang:english", 0, "its code is en"),
        ("lang:englsh", 0, "its code is en"),
        ("lang:qq", 0, "the archive has deu, en, en-GB, fr, nb"),
        ("lang:ua", 0, "its code is uk"),
    ],
)
def test_a_name_that_does_not_exist_is_an_error_with_the_nearest(
    query: str, place: int, problem: str
) -> None:
    with pytest.raises(QueryError, match=problem) as caught:
        resolve(query)

    assert (caught.value.position, caught.value.exit_code) == (place, 8)


def test_a_query_that_names_nothing_loads_no_names() -> None:
    def load_names() -> KnownNames:
        raise AssertionError("names were loaded")

    assert check_names(parse("x issuer:y"), load_names) == parse("x issuer:y")
