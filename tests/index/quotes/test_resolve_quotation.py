"""Resolving quotations against a small archive: what newspapers do to official words."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.quotes.compare.decide_verdict import Verdict
from index.quotes.resolve_quotation import Resolver
from index.quotes.verdict_flags import derive_flags
from tests.support.memory_engine import Memory
from tests.support.panel_statements import LAST_YEAR, PANEL, archive, document, resolve_quote

RELEASE = "We call on the authorities to release at once everyone who is held without charge"


def edits_of(quote: str) -> list[tuple[str, str]]:
    match = resolve_quote(quote).match
    assert match is not None
    return [(edit.before, edit.after) for edit in match.judgement.edits]


def omitted_from(quote: str) -> list[str]:
    match = resolve_quote(quote).match
    assert match is not None
    return [elision.text for elision in match.judgement.elisions]


def flag_kinds(quote: str) -> set[str]:
    return {flag.kind for flag in derive_flags(resolve_quote(quote))}


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
    resolution = resolve_quote(quote)

    assert resolution.verdict is Verdict.VERBATIM
    assert resolution.match is not None
    assert resolution.match.document.statement == "panel:1"


def test_a_verbatim_quotation_has_its_position_in_the_statement() -> None:
    match = resolve_quote("hateful speeches of local officials").match

    assert match is not None
    part = match.judgement.parts[0]
    assert PANEL[part.start : part.end] == "hateful speeches of local officials"


@pytest.mark.parametrize(
    "mark", ["...", "…", " . . . ", " [...] ", " […] ", " (...) ", " …. ", "…."]
)
def test_words_left_out_at_a_mark_of_omission_are_shown(mark: str) -> None:
    quote = f"We call on the authorities{mark}to look into every case of abduction"

    assert resolve_quote(quote).verdict is Verdict.ELIDED
    assert omitted_from(quote) == [
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
def test_an_editors_brackets_are_marked_substitutions(quote: str, replaced: str) -> None:
    assert resolve_quote(quote).verdict is Verdict.ELIDED
    assert omitted_from(quote) == [replaced]


def test_sic_and_emphasis_added_replace_no_words() -> None:
    quote = "acts of cruelty [sic] on a scale that the region has not seen (emphasis added)"
    assert resolve_quote(quote).verdict is Verdict.VERBATIM


@pytest.mark.parametrize(
    "mark",
    [" …. ", " ", " [...] ", ",” the experts said. “"],
    ids=["dots", "none", "square", "said"],
)
def test_two_joined_paragraphs_are_spliced_and_the_words_between_are_shown(mark: str) -> None:
    quote = (
        "they are serious breaches of the duties that Ruritania took on when it signed the "
        f"Convention{mark}We call on the authorities to release at once everyone"
    )
    between = "We have asked the Government for its account of these events. It has not replied."

    assert resolve_quote(quote).verdict is Verdict.SPLICED
    assert omitted_from(quote) == [between]
    assert {"sentence-skipped", "negation"} <= flag_kinds(quote)


def test_sentences_in_another_order_are_spliced() -> None:
    quote = "It has not replied. We have asked the Government for its account of these events."

    assert resolve_quote(quote).verdict is Verdict.SPLICED
    assert "order" in flag_kinds(quote)


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
def test_a_changed_word_is_an_edit_and_what_it_affects_is_flagged(
    quote: str, edit: tuple[str, str], flag: str
) -> None:
    if "16 August if at" in quote:
        quote = "not one prisoner may be moved before 16 August"
    assert resolve_quote(quote).verdict is Verdict.ALTERED
    assert edits_of(quote) == [edit]
    assert not flag or flag in flag_kinds(quote)


def test_a_spelling_variant_is_altered_and_flagged_as_spelling_only() -> None:
    quote = "living in a climate of fear fueled by hateful speeches of local officials"

    assert resolve_quote(quote).verdict is Verdict.ALTERED
    assert edits_of(quote) == [("fuelled", "fueled")]
    assert "spelling-only" in flag_kinds(quote)


def test_an_elided_quotation_with_a_variant_and_words_dropped_shows_all_three() -> None:
    quote = (
        "to put an end to the persecution of people ... who are living in a climate of fear fueled "
        "by hateful speeches of officials."
    )
    assert resolve_quote(quote).verdict is Verdict.ALTERED
    assert omitted_from(quote) == ["held in secret because of whom they love,"]
    assert edits_of(quote) == [("fuelled", "fueled"), ("local", "")]


def test_a_spokesmans_near_words_are_a_word_diff() -> None:
    quote = "We firmly condemn the enticement to hatred by officials in the Northern District"

    assert resolve_quote(quote).verdict is Verdict.ALTERED
    assert ("incitement", "enticement") in edits_of(quote)


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
def test_somebody_elses_words_have_no_source(quote: str) -> None:
    resolution = resolve_quote(quote)

    assert resolution.verdict is Verdict.NOT_FOUND
    assert resolution.match is None


def test_a_sentence_of_two_statements_matches_the_earlier_and_lists_the_other() -> None:
    resolution = resolve_quote(LAST_YEAR)

    assert resolution.match is not None
    assert resolution.match.document.statement == "panel:2020"
    assert [match.document.statement for match in resolution.other_matches] == ["panel:2021"]


def test_an_excluded_statement_is_not_matched() -> None:
    resolution = Resolver(archive()).resolve(LAST_YEAR, excluded={"panel:2020"})

    assert resolution.match is not None
    assert resolution.match.document.statement == "panel:2021"
    assert resolution.other_matches == ()


def test_of_two_statements_that_differ_by_a_word_the_right_one_is_matched() -> None:
    twin = PANEL.replace("without delay", "in good time")
    resolution = resolve_quote(
        "to look into every case of abduction and ill-treatment in good time",
        document(twin, "commission:1", issuer="Commission", issued="2021-04-12"),
    )
    assert resolution.verdict is Verdict.VERBATIM
    assert resolution.match is not None
    assert resolution.match.document.statement == "commission:1"


def test_the_version_still_on_the_page_is_preferred() -> None:
    old = document(PANEL, "panel:1", current=False, version="0")
    assert (match := resolve_quote(RELEASE, old).match) is not None
    assert match.document.version == "panel:1@1"


def test_words_that_only_an_older_version_has_are_found_there() -> None:
    words = "The Panel names Colonel Zapt as the man who gave the order."
    old = document(f"{PANEL}\n{words}", "panel:1", current=False, version="0")
    assert (match := resolve_quote(words, old).match) is not None
    assert match.document.version == "panel:1@0"
    assert not match.document.current


def test_words_in_the_page_but_outside_the_statement_are_found_and_flagged() -> None:
    words = "Contact the Panel's press office in Strelsau for photographs."
    resolution = resolve_quote(words, document(f"{PANEL}\n{words}", "panel:1", layer="page"))

    assert resolution.verdict is Verdict.VERBATIM
    assert "page" in {flag.kind for flag in derive_flags(resolution)}


def test_words_that_the_layout_dropped_are_found_in_the_page() -> None:
    dropped = PANEL.replace("without delay", "delay")
    resolution = resolve_quote(
        "every case of abduction and ill-treatment without delay",
        document(dropped, "panel:1"),
        document(PANEL, "panel:1", layer="page"),
    )
    assert resolution.verdict is Verdict.VERBATIM
    assert resolution.match is not None
    assert resolution.match.document.layer == "page"


def test_a_word_omitted_at_an_attribution_is_an_edit() -> None:
    quote = (
        "to put an end to the persecution of people held in secret because of whom they love,” it "
        "read, “are living in a climate of fear"
    )
    assert resolve_quote(quote).verdict is Verdict.ALTERED
    assert edits_of(quote) == [("who", "")]


def test_a_quotation_of_few_words_is_flagged_as_short() -> None:
    assert "short" in flag_kinds("climate of fear")


def test_a_quotation_across_a_change_of_speaker_is_flagged() -> None:
    talk = "MS. FLAVIA: We will stay in Zenda.\nQ For how long?\nMS. FLAVIA: As long as it takes."
    resolution = resolve_quote("We will stay in Zenda. Q For how long?", document(talk, "talk:1"))
    assert "speaker" in {flag.kind for flag in derive_flags(resolution)}


def test_a_damaged_apostrophe_in_the_source_is_no_edit() -> None:
    resolution = resolve_quote(
        "the Panel's account of what happened at Zenda was never in doubt",
        document("âthe Panelâs account of what happened at Zenda was never in doubt.â", "x:1"),
    )
    assert resolution.verdict is Verdict.VERBATIM


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
    assert resolve_quote(quote, document(text, "x:1", lang="und")).verdict is verdict


WORDS = PANEL.split()


@settings(max_examples=60, deadline=None)
@example(start=WORDS.index("Zenda"), size=5)  # mostly in brackets, which the source prints too
@given(start=st.integers(0, len(WORDS) - 6), size=st.integers(5, 60))
def test_any_run_of_a_statements_words_is_verbatim(start: int, size: int) -> None:
    quote = " ".join(WORDS[start : start + size])
    if len(quote.split()) >= 5:
        assert resolve_quote(quote).verdict is Verdict.VERBATIM


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("“”‘’\"'[]().…,;—« »abc détenu 我们\u202eאנו\n\u0000🙂1")))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert resolve_quote(text).verdict in Verdict


def test_quotations_of_thousands_of_words_are_judged() -> None:
    words = [f"word{n % 700}" for n in range(12_000)]
    engine = Memory(
        [document(" ".join(words), "long:1"), document(" ".join(["the"] * 9000), "the:1")]
    )
    resolver = Resolver(engine)

    assert resolver.resolve(" ".join(words[:3000])).verdict is Verdict.VERBATIM
    changed = [*words[:1500], "otherwise", *words[1501:3000]]
    assert resolver.resolve(" ".join(changed)).verdict is Verdict.ALTERED
    assert resolver.resolve(" ".join(["the", "of"] * 1500)).verdict is Verdict.NOT_FOUND


FIRST = "The governor knew of the fire on the quay for nine days, and he told nobody of it."
LATER = "The council wrote that “the governor knew of the fire on the quay … and he told nobody”."
BRACKETED = "It is said that “the governor knew of the [big] fire on the quay for nine days”."


@pytest.mark.parametrize(
    ("quote", "source", "quoter"),
    [
        ("the governor knew of the fire on the quay … and he told nobody", FIRST, LATER),
        ("the governor knew of the [big] fire on the quay for nine days", FIRST, BRACKETED),
        (
            "the governor knew of the [big] fire on the quay for nine days",
            FIRST.replace("the fire", "the big fire"),
            BRACKETED,
        ),
    ],
)
def test_a_later_quoter_with_the_same_marks_is_listed_after_the_statement_itself(
    quote: str, source: str, quoter: str
) -> None:
    result = resolve_quote(
        quote,
        document(quoter, "quoter:1", issued="2024-02-10"),
        document(source, "first:1", issued="2024-01-10"),
    )

    assert result.match is not None
    assert result.match.document.statement == "first:1"
    assert [other.document.statement for other in result.other_matches] == ["quoter:1"]


def test_a_statement_with_marks_of_its_own_is_its_own_source_where_it_is_the_earlier() -> None:
    result = resolve_quote(
        "the governor knew of the fire on the quay … and he told nobody",
        document(FIRST, "first:1", issued="2024-03-10"),
        document(LATER, "quoter:1", issued="2024-02-10"),
    )

    assert result.match is not None
    assert (result.match.document.statement, result.verdict) == ("quoter:1", Verdict.VERBATIM)


def test_in_a_few_words_the_same_dots_come_first() -> None:
    result = resolve_quote(
        "the quay … told nobody",
        document(FIRST, "first:1", issued="2024-01-10"),
        document("At the quay … told nobody.", "own:1", issued="2024-02-10"),
    )

    assert result.match is not None
    assert result.match.document.statement == "own:1"


@pytest.mark.parametrize(
    ("lang", "printed", "quoted", "flag"),
    [
        ("ja", "粉屋は鍵を渡してはならない。", "粉屋は鍵を渡してよい", "modality"),
        ("vi", "Hội đồng cấm bán cối xay, phải xin lỗi.", "Hội đồng cho bán cối xay", "modality"),
        ("en", "The mill was hardly ever open.", "The mill was ever open", "qualifier"),
    ],
)
def test_a_permission_in_place_of_a_prohibition_is_flagged(
    lang: str, printed: str, quoted: str, flag: str
) -> None:
    resolution = Resolver(Memory([document(printed, "panel:1", lang=lang)])).resolve(quoted)

    assert resolution.verdict is Verdict.ALTERED
    assert flag in {remark.kind for remark in derive_flags(resolution)}
