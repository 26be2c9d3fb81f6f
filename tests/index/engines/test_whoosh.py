"""The default engine through its interface: documents in, exact matches out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import LockedError, UnknownNameError
from index.engine_interface import Document, Results
from index.engines import ENGINES
from index.engines.whoosh import WhooshEngine
from index.phrases.format.array_file import VERSION
from index.query_parser import parse
from index.text_to_words import words_of
from tests.support.index_documents import DENIAL, statement

Ask = Callable[..., Results]


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return WhooshEngine(tmp_path / "index")


@pytest.fixture
def ask(engine: WhooshEngine) -> Ask:
    def search(query: str, **options: object) -> Results:
        return engine.search(parse(query), **options)  # type: ignore[arg-type]

    return search


def statements_of(results: Results) -> list[str]:
    return sorted(hit.statement for hit in results.hits)


def matched_texts(results: Results) -> list[str]:
    return [hit.text[start:end] for hit in results.hits for start, end in hit.passages]


def test_the_engine_is_found_by_its_name(tmp_path: Path) -> None:
    assert ENGINES.load("whoosh")(tmp_path / "new").count() == 0


def test_a_denial_does_not_match_its_opposite(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement(DENIAL)])

    assert ask('"we do detain people who do exist"').total == 0
    assert ask('"we do not detain people who do not exist"').total == 1


def test_a_phrase_is_marked_and_its_words_elsewhere_are_not(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement("The peg is the peg. The end of the peg will be kept.")])

    assert matched_texts(ask('"The end of the peg"')) == ["The end of the peg"]


@pytest.mark.parametrize(
    "quote",
    [
        '"don\'t fuel the co-operation"',
        '"don’t fuel the co‑operation"',
        "“Don't fuel the co\u00adoperation”".replace("\u00ad", "-"),
        "«DON'T FUEL THE CO OPERATION»",
    ],
)
def test_a_quote_typed_otherwise_finds_what_was_printed(
    engine: WhooshEngine, ask: Ask, quote: str
) -> None:
    engine.update([statement("They said: don’t fuel the co-operation of the two.")])

    assert matched_texts(ask(quote)) == ["don’t fuel the co-operation"]


def test_words_outside_quotes_match_by_stem_in_the_language_of_the_statement(
    engine: WhooshEngine, ask: Ask
) -> None:
    engine.update(
        [
            statement("Detentions continue.", "en"),
            statement("Las detenciones continúan.", "es", lang="es"),
            statement("Nothing here.", "no"),
        ]
    )

    assert matched_texts(ask("detention")) == ["Detentions"]
    assert matched_texts(ask("detención")) == ["detenciones"]
    assert ask('"detention"').total == 0


def test_words_that_begin_inside_a_character_of_two_words_are_shown(
    engine: WhooshEngine, ask: Ask
) -> None:
    before = " ".join(["word"] * 15)
    engine.update([statement(f"{before} 0⑴ and the rest")])

    assert matched_texts(ask('"and the rest"')) == ["and the rest"]
    assert ask('"1 and the"').total == 1


def test_slop_counts_all_words_between_and_keeps_order(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement("an end, at last, to all of the impunity")])

    assert matched_texts(ask('"end to impunity"~5')) == ["end, at last, to all of the impunity"]
    assert ask('"end to impunity"~4').total == 0
    assert ask('"to end impunity"~9').total == 0
    assert matched_texts(ask('"impunity to"~3u')) == ["to all of the impunity"]


def test_an_ellipsis_stands_for_anything_within_one_document(
    engine: WhooshEngine, ask: Ask
) -> None:
    engine.update(
        [
            statement("put an end, once and for all, to impunity", "a"),
            statement("put an end to it", "b"),
            statement("impunity", "c"),
        ]
    )

    assert matched_texts(ask('"put an end … to impunity"')) == [
        "put an end, once and for all, to impunity"
    ]
    assert ask('"to impunity [...] put an end"').total == 0


def test_a_star_stands_for_the_end_of_a_word(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement("Gay men in Chechnya were detained. Detainees spoke.")])

    assert matched_texts(ask('"gay men in Chech*"')) == ["Gay men in Chechnya"]
    assert matched_texts(ask("detain*")) == ["detained", "Detainees"]


def test_boolean_operators_and_filters_combine(engine: WhooshEngine, ask: Ask) -> None:
    engine.update(
        [
            statement("peace and war", "both", source="a_press", issued="2017-04-01"),
            statement("peace", "peace", source="a_press", issued="2017"),
            statement("war", "war", source="b_press", lang="en-GB", issued="2018-01-02"),
            statement("neither", "none", source="b_press", lang="fr", issued=""),
        ]
    )

    assert statements_of(ask("peace AND war")) == ["both"]
    assert statements_of(ask("peace OR war")) == ["both", "peace", "war"]
    assert statements_of(ask("peace NOT war")) == ["peace"]
    assert statements_of(ask("NOT (peace OR war)")) == ["none"]
    assert statements_of(ask("source:b_press")) == ["none", "war"]
    assert statements_of(ask("lang:en")) == ["both", "peace", "war"]
    assert statements_of(ask("after:2017-06")) == ["peace", "war"]  # 2017 may be after June
    assert statements_of(ask("after:2017 before:2017-04-02")) == ["both", "peace"]
    assert statements_of(ask('issuer:"ministry of truth" peace')) == ["both", "peace"]


def test_a_statement_is_one_hit_its_newest_version_that_matches(
    engine: WhooshEngine, ask: Ask
) -> None:
    def version(number: int, text: str) -> Document:
        return statement(
            text,
            key=f"a@{number}#statement",
            version=f"a@{number}",
            current=number == 3,
            seen=f"2017-04-1{number}",
        )

    engine.update([version(2, "old words again"), version(1, "old words")])
    engine.update([version(3, "new words"), statement("words", "b")])

    assert ask("words").total == 2
    assert [hit.version for hit in ask('"old words"').hits] == ["a@2"]
    assert sorted(hit.version for hit in ask("words").hits) == ["a@3", "b@1"]
    assert ask("words", collapse=False).total == 4
    assert ask("words").facets["source"] == {"sildavia_press": 2}


def test_the_page_layer_is_searched_only_when_asked_for(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement("banner words", key="a@1#page", layer="page")])

    assert ask("banner").total == 0
    assert ask("banner", layer="page").total == 1


def test_pages_in_any_order_neither_overlap_nor_leave_gaps(engine: WhooshEngine, ask: Ask) -> None:
    for start in range(0, 60, 20):
        engine.update(
            [
                statement(f"peace {n}", f"s{n}", issued=f"2017-04-{1 + n % 5:02}")
                for n in range(start, start + 20)
            ]
        )

    def shown(order: str) -> list[str]:
        pages = [ask("peace", offset=at, limit=7, order=order) for at in range(0, 63, 7)]
        assert {page.total for page in pages} == {60}
        return [hit.statement for page in pages for hit in page.hits]

    best, newest = shown("best"), shown("newest")
    assert len(set(best)) == len(set(newest)) == 60
    engine.merge_segments()
    assert shown("best") == best
    assert shown("newest") == newest
    dates = {hit.statement: hit.issued for hit in ask("peace", limit=60).hits}
    assert [dates[name] for name in newest] == sorted(dates.values(), reverse=True)


def test_facets_count_statements_by_source_issuer_year_and_language(
    engine: WhooshEngine, ask: Ask
) -> None:
    engine.update(
        [
            statement("peace", "a", lang="fr"),
            statement("peace", "b", issuer="Borduria", issued="2016"),
            statement("peace", "c", issued=""),
        ]
    )

    assert ask("peace").facets == {
        "source": {"sildavia_press": 3},
        "issuer": {"Ministry of Truth of Sildavia": 2, "Borduria": 1},
        "year": {"": 1, "2016": 1, "2017": 1},
        "lang": {"en": 2, "fr": 1},
    }


def test_a_document_added_again_replaces_the_previous_one(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement("first"), statement("second")])
    assert (ask("first").total, ask("second").total) == (0, 1)

    engine.update([statement("third")], state="after third")

    assert (ask("second").total, ask("third").total) == (0, 1)
    assert engine.count() == 1
    assert engine.state() == "after third"


def test_a_removed_document_is_not_found(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement("words", "a"), statement("words", "b")], state="one")
    engine.update([], removed=["a@1#statement", "unknown"])

    assert statements_of(ask("words")) == ["b"]
    assert engine.state() == "one"
    with pytest.raises(UnknownNameError, match="no such document: a@1#statement"):
        engine.get("a@1#statement")
    assert engine.get("b@1#statement") == statement("words", "b")


def test_merged_segments_answer_as_before(engine: WhooshEngine, ask: Ask) -> None:
    for n in range(12):
        engine.update([statement(f"we do not detain people {n}", f"s{n}")])
    engine.update([], removed=["s3@1#statement"])
    engine.merge_segments()

    results = ask('"not detain people"', limit=20)
    assert results.total == len(results.hits) == 11
    assert ask('"detain people 7"').total == 1
    assert len(list(engine._folder.glob("*.phrases"))) < 6


def test_find_gives_word_offsets_of_every_occurrence(engine: WhooshEngine) -> None:
    engine.update(
        [statement("human rights are rights of humans: human rights"), statement("no", "b")]
    )

    matches = engine.find(["human", "rights"])

    assert [(match.key, match.start, match.end) for match in matches] == [
        ("a@1#statement", 0, 2),
        ("a@1#statement", 6, 8),
    ]
    assert engine.find(["human", "rights"], limit=1) == matches[:1]
    frequency = engine.frequency(["human", "rights"])
    assert (frequency.documents, frequency.occurrences) == (1, 2)
    assert engine.term_counts(["rights", "no", "never"]) == [3, 1, 0]


def test_a_search_sees_what_another_engine_has_committed_since(
    engine: WhooshEngine, ask: Ask
) -> None:
    engine.update([statement("one", "a")])
    assert ask("one").total == 1

    WhooshEngine(engine._folder).update([statement("one", "b")])

    assert ask("one").total == 2


def test_a_second_writer_waits_and_then_fails_with_a_locked_error(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.engines.whoosh._LOCK_TIMEOUT_SECONDS", 0.0)
    with engine._open_writer(), pytest.raises(LockedError, match="another process is updating"):
        WhooshEngine(engine._folder).update([statement("one")])

    WhooshEngine(engine._folder).update([statement("one")])


def test_an_update_that_fails_changes_nothing_and_lets_go_of_the_lock(
    engine: WhooshEngine, ask: Ask
) -> None:
    engine.update([statement("one", "a")], state="one")

    def breaking() -> object:
        yield statement("two", "b")
        raise RuntimeError("the catalogue is gone")

    with pytest.raises(RuntimeError):
        engine.update(breaking(), state="two")  # type: ignore[arg-type]

    assert (ask("two").total, engine.state()) == (0, "one")
    engine.update([statement("three", "c")])
    assert len(list(engine._folder.glob("*.phrases"))) == 2


def test_many_processes_make_one_index(engine: WhooshEngine, ask: Ask) -> None:
    text = "word " * 20_000
    documents = [statement(f"{text} number{n}", f"s{n}") for n in range(60)]
    engine.update([*documents, statement("again", "s7")], processes=2)

    assert engine.count() == 60
    assert ask("number7").total == 0
    assert ask("again").total == ask("number8").total == 1


def test_an_update_of_nothing_is_no_error(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([], state="empty")

    assert (engine.state(), engine.count(), ask("word").total) == ("empty", 0, 0)


@pytest.mark.parametrize("text", ["", "…", "\u00ad", "\ud800 lone", "a" * 100_000, "é " * 5])
def test_odd_texts_come_back_as_they_were(engine: WhooshEngine, text: str) -> None:
    engine.update([statement(text)])

    assert engine.text("a@1#statement") == text
    for word in words_of(text):
        assert engine.find([word])


def test_several_threads_may_search_at_once(engine: WhooshEngine, ask: Ask) -> None:
    engine.update([statement(f"we want peace {n} " * 50, f"s{n}") for n in range(200)])

    def search(number: int) -> list[str]:
        return [hit.text for hit in ask(f'"peace {number}"').hits]

    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(search, range(200)))

    assert texts == [[f"we want peace {n} " * 50] for n in range(200)]


def test_titles_are_searched_and_their_matches_marked(engine: WhooshEngine, ask: Ask) -> None:
    engine.update(
        [
            statement("The council heard two doctors.", "a", title="The Lantern Declaration"),
            statement("A lantern was lit.", "b", title="Names"),
        ]
    )

    (hit,) = ask('"lantern declaration"').hits
    assert (hit.statement, hit.matched, hit.passages) == ("a", ("title",), ())
    assert [hit.title[start:end] for start, end in hit.title_passages] == ["Lantern Declaration"]
    assert statements_of(ask("lanterns")) == ["a", "b"]
    assert statements_of(ask("lantern doctor")) == ["a"]
    assert statements_of(ask("NOT lantern")) == []
    assert [hit.matched for hit in ask("declaration doctors").hits] == [("text", "title")]


@pytest.mark.parametrize(
    "query",
    [
        '"doctors the lantern"',
        '"doctors lantern"~9',
        '"doctors lantern"~9u',
        '"lantern doctors"~9u',
        '"doctors … lantern"',
        '"two lantern doctors"',
    ],
)
def test_no_phrase_is_made_of_text_and_title(engine: WhooshEngine, ask: Ask, query: str) -> None:
    engine.update([statement("The council heard two doctors.", title="The Lantern Declaration")])

    assert ask(query).total == 0


def test_a_near_phrase_in_a_text_is_found_beside_one_across_its_title(
    engine: WhooshEngine, ask: Ask
) -> None:
    engine.update([statement("lamp a b c oil d lamp", title="oil"), statement("oil", "b")])

    assert matched_texts(ask('"oil lamp"~1')) == ["oil d lamp"]
    assert matched_texts(ask('"lamp oil"~1u')) == ["oil d lamp"]
    assert matched_texts(ask('"lamp … oil"')) == ["lamp a b c oil"]


def test_title_searches_titles_alone(engine: WhooshEngine, ask: Ask) -> None:
    engine.update(
        [
            statement("nothing", "a", title="Detentions in the Northern District"),
            statement("detention in the northern district", "b", title=""),
            statement("rien", "c", lang="fr", title="Les détentions du nord"),
        ]
    )
    engine.merge_segments()

    assert statements_of(ask("title:detention")) == ["a"]
    assert statements_of(ask("title:détention")) == ["c"]
    assert statements_of(ask("title:north*")) == ["a"]
    assert statements_of(ask('title:"in the northern"')) == ["a"]
    assert statements_of(ask('title:"the in"')) == []
    assert statements_of(ask('title:"detentions northern"~2')) == ["a"]
    assert statements_of(ask("district NOT title:district")) == ["b"]


def test_titles_stay_searched_when_segments_are_merged(engine: WhooshEngine, ask: Ask) -> None:
    for n in range(12):
        engine.update(
            [statement(f"text {n}", f"s{n}", title=f"Lantern number {n}", symbol=f"L/{n}")]
        )
    engine.update([], removed=["s3@1#statement"])
    engine.merge_segments()

    assert ask('"lantern number"', limit=20).total == 11
    assert ask('"lantern number 3"').total == ask("symbol:L/3").total == 0
    assert statements_of(ask('"number 7"')) == statements_of(ask("L/7")) == ["s7"]
    assert engine.find(["lantern"]) == []
    assert engine.frequency(["lantern", "number"]).documents == 0


def test_a_symbol_or_an_address_finds_its_statement_first(engine: WhooshEngine, ask: Ask) -> None:
    engine.update(
        [
            statement("SG/SM/7, SG/SM/7, SG/SM/7", "citing", symbol="SG/SM/9"),
            statement("Nothing of it.", "named", symbol="SG/SM/7-DC/2", url="https://a.example/x"),
            statement("Another.", "other", symbol="SG/SM/71", url="https://a.example/xy"),
        ]
    )

    named_hits = [(hit.statement, hit.matched) for hit in ask("sg/sm/7").hits]
    assert named_hits == [("named", ("symbol",)), ("citing", ("text",))]
    assert statements_of(ask("symbol:DC/2")) == ["named"]
    assert statements_of(ask("symbol:SG/SM/*")) == ["citing", "named", "other"]
    assert [hit.matched for hit in ask("http://www.a.example/x#p2").hits] == [("url",)]
    assert statements_of(ask("url:a.example")) == ["named", "other"]
    assert statements_of(ask("NOT url:a.example/x")) == ["citing", "other"]


def test_an_index_without_titles_is_to_be_made_anew(engine: WhooshEngine, tmp_path: Path) -> None:
    engine.update([statement("one")], state="one")
    path = tmp_path / "index" / "segments.json"
    path.write_text(path.read_text().replace(f'"format": "{VERSION}"', '"format": "3"'))

    assert WhooshEngine(tmp_path / "index").state() == ""
