"""Quotations against a small archive: each way that newspapers treat official words."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.quotes.compare.verdicts import Verdict
from index.quotes.flags import flags
from index.quotes.resolve import Resolver
from tests.support.memory_engine import Memory
from tests.support.panel_statements import LAST_YEAR, PANEL, archive, document, resolved

RELEASE = "We call on the authorities to release at once everyone who is held without charge"


def edits(quote: str) -> list[tuple[str, str]]:
    match = resolved(quote).match
    assert match is not None
    return [(edit.before, edit.after) for edit in match.judged.edits]


def omitted(quote: str) -> list[str]:
    match = resolved(quote).match
    assert match is not None
    return [each.text for each in match.judged.elisions]


def kinds(quote: str) -> set[str]:
    return {flag.kind for flag in flags(resolved(quote))}


@pytest.mark.parametrize(
    "quote",
    [
        RELEASE,
        RELEASE.upper(),
        RELEASE.replace(" ", "\n", 3),
        "to look into every case of abduction and ill‑treatment — without delay",
        "the so-called “honour killings” that followed",
        "The labour camps at Zenda [the old mill] must be closed",
        "… everyone who is held without charge in the Northern District …",
        "It has not replied",
        "We call on the authorities,” the Panel said on Tuesday, “to release at once everyone",
        "asked the Government for its account of these events,” they said. “It has not replied.",
    ],
)
def test_the_same_words_in_the_same_order_are_verbatim(quote: str) -> None:
    answer = resolved(quote)

    assert answer.verdict is Verdict.VERBATIM
    assert answer.match is not None
    assert answer.match.document.statement == "panel:1"


def test_a_verbatim_quotation_says_where_in_the_statement_it_stands() -> None:
    match = resolved("hateful speeches of local officials").match

    assert match is not None
    part = match.judged.parts[0]
    assert PANEL[part.start : part.end] == "hateful speeches of local officials"


@pytest.mark.parametrize(
    "mark", ["...", "…", " . . . ", " [...] ", " […] ", " (...) ", " …. ", "…."]
)
def test_words_behind_a_mark_of_omission_are_shown(mark: str) -> None:
    quote = f"We call on the authorities{mark}to look into every case of abduction"

    assert resolved(quote).verdict is Verdict.ELIDED
    assert omitted(quote) == [
        "to release at once everyone who is held without charge in the Northern District,"
    ]


@pytest.mark.parametrize(
    ("quote", "replaced"),
    [
        ("[The Panel] call on the authorities to release at once everyone", "We"),
        ("We call on [them] to release at once everyone who is held", "the authorities"),
        ("[w]e call on the authorities to release at once", "We"),
        ("We call[ed] on the authorities to release at once everyone", "call"),
    ],
)
def test_an_editors_brackets_are_marked_edits(quote: str, replaced: str) -> None:
    assert resolved(quote).verdict is Verdict.ELIDED
    assert omitted(quote) == [replaced]


def test_sic_and_emphasis_added_stand_for_nothing() -> None:
    quote = "acts of cruelty [sic] on a scale that the region has not seen (emphasis added)"
    assert resolved(quote).verdict is Verdict.VERBATIM


@pytest.mark.parametrize(
    "mark",
    [" …. ", " ", " [...] ", ",” the experts said. “"],
    ids=["dots", "none", "square", "said"],
)
def test_two_paragraphs_put_together_are_spliced_and_what_lay_between_is_shown(mark: str) -> None:
    quote = (
        "they are serious breaches of the duties that Ruritania took on when it signed the "
        f"Convention{mark}We call on the authorities to release at once everyone"
    )
    between = "We have asked the Government for its account of these events. It has not replied."

    assert resolved(quote).verdict is Verdict.SPLICED
    assert omitted(quote) == [between]
    assert {"sentence-skipped", "negation"} <= kinds(quote)


def test_sentences_in_another_order_are_spliced() -> None:
    quote = "It has not replied. We have asked the Government for its account of these events."

    assert resolved(quote).verdict is Verdict.SPLICED
    assert "order" in kinds(quote)


@pytest.mark.parametrize(
    ("quote", "edit", "flag"),
    [
        ("the region has seen, and they are serious breaches", ("not", ""), "negation"),
        ("everyone who was held without charge in the Northern", ("is", "was"), ""),
        ("and one prisoner may be moved before 6 August", ("not", ""), "negation"),
        ("not one prisoner must be moved before 6 August", ("may", "must"), "modality"),
        ("prisoner may be moved before 16 August if at", ("6", "16"), "number"),
        ("The Minister offered a visit", ("reportedly", ""), "qualifier"),
        ("to release today at once everyone who is held", ("", "today"), ""),
    ],
)
def test_a_changed_word_is_named_and_what_it_touches_is_flagged(
    quote: str, edit: tuple[str, str], flag: str
) -> None:
    if "16 August if at" in quote:
        quote = "not one prisoner may be moved before 16 August"
    assert resolved(quote).verdict is Verdict.ALTERED
    assert edits(quote) == [edit]
    assert not flag or flag in kinds(quote)


def test_a_spelling_variant_is_altered_but_said_to_be_one_of_spelling_only() -> None:
    quote = "living in a climate of fear fueled by hateful speeches of local officials"

    assert resolved(quote).verdict is Verdict.ALTERED
    assert edits(quote) == [("fuelled", "fueled")]
    assert "spelling-only" in kinds(quote)


def test_an_elided_quotation_with_a_variant_and_words_dropped_shows_all_three() -> None:
    quote = (
        "to put an end to the persecution of people ... who are living in a climate of fear fueled "
        "by hateful speeches of officials."
    )
    assert resolved(quote).verdict is Verdict.ALTERED
    assert omitted(quote) == ["held in secret because of whom they love,"]
    assert edits(quote) == [("fuelled", "fueled"), ("local", "")]


def test_a_spokesmans_near_words_are_a_word_diff() -> None:
    quote = "We firmly condemn the enticement to hatred by officials in the Northern District"

    assert resolved(quote).verdict is Verdict.ALTERED
    assert ("incitement", "enticement") in edits(quote)


@pytest.mark.parametrize(
    "quote",
    [
        "An atmosphere of constant dread now weighs on everybody in the province",
        "We call on the authorities to build more roads, schools and hospitals for every village",
        "It has not replied. Our lawyers will take the minister to court in the capital.",
        "he he he he",
        "",
        "…",
        "“”",
        "[...]",
    ],
)
def test_somebody_elses_words_are_given_no_source(quote: str) -> None:
    answer = resolved(quote)

    assert answer.verdict is Verdict.NOT_FOUND
    assert answer.match is None


def test_the_same_sentence_in_two_statements_names_the_earlier_and_tells_of_the_other() -> None:
    answer = resolved(LAST_YEAR)

    assert answer.match is not None
    assert answer.match.document.statement == "panel:2020"
    assert [each.document.statement for each in answer.also] == ["panel:2021"]


def test_a_statement_that_quotes_is_left_out_when_asked() -> None:
    answer = Resolver(archive()).resolve(LAST_YEAR, without={"panel:2020"})

    assert answer.match is not None
    assert answer.match.document.statement == "panel:2021"
    assert answer.also == ()


def test_of_two_statements_that_differ_by_a_word_the_right_one_is_named() -> None:
    twin = PANEL.replace("without delay", "in good time")
    answer = resolved(
        "to look into every case of abduction and ill-treatment in good time",
        document(twin, "commission:1", issuer="Commission", issued="2021-04-12"),
    )
    assert answer.verdict is Verdict.VERBATIM
    assert answer.match is not None
    assert answer.match.document.statement == "commission:1"


def test_the_version_still_on_the_page_is_preferred() -> None:
    old = document(PANEL, "panel:1", current=False, version="0")
    assert (match := resolved(RELEASE, old).match) is not None
    assert match.document.version == "panel:1@1"


def test_words_that_only_an_older_version_has_are_found_there() -> None:
    words = "The Panel names Colonel Zapt as the man who gave the order."
    old = document(f"{PANEL}\n{words}", "panel:1", current=False, version="0")
    assert (match := resolved(words, old).match) is not None
    assert match.document.version == "panel:1@0"
    assert not match.document.current


def test_words_in_the_page_but_outside_the_statement_are_found_and_said_to_be() -> None:
    words = "Contact the Panel's press office in Strelsau for photographs."
    answer = resolved(words, document(f"{PANEL}\n{words}", "panel:1", layer="page"))

    assert answer.verdict is Verdict.VERBATIM
    assert "page" in {flag.kind for flag in flags(answer)}


def test_words_that_the_reader_of_the_page_dropped_are_looked_for_in_the_page() -> None:
    dropped = PANEL.replace("without delay", "delay")
    answer = resolved(
        "every case of abduction and ill-treatment without delay",
        document(dropped, "panel:1"),
        document(PANEL, "panel:1", layer="page"),
    )
    assert answer.verdict is Verdict.VERBATIM
    assert answer.match is not None
    assert answer.match.document.layer == "page"


def test_a_word_dropped_where_a_quotation_is_parted_is_named() -> None:
    quote = (
        "to put an end to the persecution of people held in secret because of whom they love,” it "
        "read, “are living in a climate of fear"
    )
    assert resolved(quote).verdict is Verdict.ALTERED
    assert edits(quote) == [("who", "")]


def test_few_words_say_that_they_prove_little() -> None:
    assert "short" in kinds("climate of fear")


def test_going_on_over_another_speaker_is_flagged() -> None:
    talk = "MS. FLAVIA: We will stay in Zenda.\nQ For how long?\nMS. FLAVIA: As long as it takes."
    answer = resolved("We will stay in Zenda. Q For how long?", document(talk, "talk:1"))
    assert "speaker" in {flag.kind for flag in flags(answer)}


def test_a_broken_apostrophe_in_the_source_is_no_edit() -> None:
    answer = resolved(
        "the Panel's account of what happened at Zenda was never in doubt",
        document("âthe Panelâs account of what happened at Zenda was never in doubt.â", "x:1"),
    )
    assert answer.verdict is Verdict.VERBATIM


CHINESE = "我们敦促当局立即释放所有被拘留者。"
ARABIC = "نحث السلطات على الإفراج الفوري عن جميع المحتجزين دون تهمة"
RUSSIAN = "Мы призываем власти освободить всех задержанных."
HEBREW = "אנו קוראים לרשויות לשחרר מיד את כל העצורים ללא אישום"


@pytest.mark.parametrize(
    ("text", "quote", "verdict"),
    [
        (CHINESE, "立即释放所有被拘留者", Verdict.VERBATIM),
        (CHINESE, "我们敦促当局……所有被拘留者", Verdict.ELIDED),
        (ARABIC, "نحث السلطات … عن جميع المحتجزين", Verdict.ELIDED),
        (RUSSIAN, "призываем власти освободить", Verdict.VERBATIM),
        (HEBREW, "קוראים לרשויות לשחרר מיד את כל", Verdict.VERBATIM),
    ],
)
def test_other_scripts_are_aligned_word_by_word(text: str, quote: str, verdict: Verdict) -> None:
    assert resolved(quote, document(text, "x:1", lang="und")).verdict is verdict


WORDS = PANEL.split()


@settings(max_examples=60, deadline=None)
@example(start=WORDS.index("Zenda"), size=5)  # mostly in brackets, which the source prints too
@given(start=st.integers(0, len(WORDS) - 6), size=st.integers(5, 60))
def test_any_run_of_a_statements_words_is_verbatim(start: int, size: int) -> None:
    quote = " ".join(WORDS[start : start + size])
    if len(quote.split()) >= 5:
        assert resolved(quote).verdict is Verdict.VERBATIM


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("“”‘’\"'[]().…,;—« »abc détenu 我们\u202eאנו\n\u0000🙂1")))
def test_any_text_gets_a_clear_answer(text: str) -> None:
    assert resolved(text).verdict in Verdict


def test_thousands_of_words_are_answered_in_bounded_time() -> None:
    words = [f"word{n % 700}" for n in range(12_000)]
    held = Memory(
        [document(" ".join(words), "long:1"), document(" ".join(["the"] * 9000), "the:1")]
    )
    resolver = Resolver(held)

    assert resolver.resolve(" ".join(words[:3000])).verdict is Verdict.VERBATIM
    changed = [*words[:1500], "otherwise", *words[1501:3000]]
    assert resolver.resolve(" ".join(changed)).verdict is Verdict.ALTERED
    assert resolver.resolve(" ".join(["the", "of"] * 1500)).verdict is Verdict.NOT_FOUND
