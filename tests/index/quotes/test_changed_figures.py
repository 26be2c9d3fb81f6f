"""A quotation with one digit, sign or decimal mark changed is never called verbatim.

Nor does a watch take it for the same words, nor is it cited as what was said.
"""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Version
from index.quotes.compare.decide_verdict import Verdict
from index.quotes.resolve_quotation import Resolver
from index.quotes.verdict_flags import derive_flags
from onrecord.statements.cite_statement import find_words
from onrecord.watch.alerts import contains
from tests.support.builders import day, make_reading
from tests.support.memory_engine import Memory
from tests.support.panel_statements import document

BEFORE = "The Council of Ostrel told the millers of Val that"
AFTER = "of the harvest had been counted by the river wardens in May"


@dataclass(frozen=True)
class Amount:
    """A figure as it is printed: its parts."""

    sign: str
    currency: str
    whole: int
    decimals: str
    suffix: str

    def printed(self, decimal: str) -> str:
        digits = f"{self.whole}{decimal}{self.decimals}" if self.decimals else str(self.whole)
        return f"{self.sign}{self.currency}{digits}{self.suffix}"


AMOUNTS = st.builds(
    Amount,
    sign=st.sampled_from(["", "−", "+"]),
    currency=st.sampled_from(["", "$", "€", "£"]),
    whole=st.integers(1, 10**7),
    decimals=st.sampled_from(["", "5", "25", "125", "0"]),
    suffix=st.sampled_from(["", "%", " %", "‰", "°", "½"]),
)
LANGUAGES = st.sampled_from(
    [
        *[("en", "."), ("ja", "."), ("fr", ","), ("ru", ","), ("es", ",")],
        *[("es-MX", "."), ("de-CH", "."), ("en-ZA", ",")],
    ]
)


@st.composite
def changed_amounts(draw: st.DrawFn) -> tuple[str, str, str]:
    """Return a language, an amount as printed there, and the amount with one thing changed."""
    lang, decimal = draw(LANGUAGES)
    amount = draw(AMOUNTS)
    signs, currencies, suffixes = (
        st.sampled_from([choice for choice in choices if choice != present])
        for choices, present in (
            (("", "−", "+"), amount.sign),
            (("", "$", "€", "¥"), amount.currency),
            (("", "%", "‰", "¼"), amount.suffix.strip()),
        )
    )
    changes = [
        replace(amount, whole=amount.whole + draw(st.integers(1, 9))).printed(decimal),
        replace(amount, sign=draw(signs)).printed(decimal),
        replace(amount, currency=draw(currencies)).printed(decimal),
        replace(amount, suffix=draw(suffixes)).printed(decimal),
    ]
    if amount.decimals:
        changes.append(replace(amount, decimals="").printed(decimal))
        changes.append(amount.printed(""))
        changes.append(amount.printed("," if decimal == "." else "."))
    return lang, amount.printed(decimal), draw(st.sampled_from(changes))


def sentence(amount: str) -> str:
    return f"{BEFORE} {amount} {AFTER}"


@given(changed_amounts())
def test_check_says_altered_and_names_the_number(case: tuple[str, str, str]) -> None:
    lang, printed, changed = case
    stored = document(f"A word first. {sentence(printed)}. The end.", "panel:1", lang=lang)

    resolution = Resolver(Memory([stored])).resolve(sentence(changed))

    assert resolution.verdict is Verdict.ALTERED, (printed, changed)
    assert "number" in {flag.kind for flag in derive_flags(resolution)}


@given(changed_amounts())
def test_what_was_printed_is_verbatim(case: tuple[str, str, str]) -> None:
    lang, printed, _ = case
    stored = document(f"A word first. {sentence(printed)}. The end.", "panel:1", lang=lang)

    assert Resolver(Memory([stored])).resolve(sentence(printed)).verdict is Verdict.VERBATIM


@given(changed_amounts())
def test_a_watch_misses_the_words(case: tuple[str, str, str]) -> None:
    lang, printed, changed = case

    assert contains(sentence(printed), sentence(printed), lang)
    assert not contains(sentence(changed), sentence(printed), lang)


@given(changed_amounts())
def test_cite_does_not_print_it_as_the_words_quoted(case: tuple[str, str, str]) -> None:
    lang, printed, changed = case
    reading = make_reading(sentence(printed), lang=lang)
    stored = Version(
        id="panel:1@1",
        statement="panel:1",
        source="panel",
        reading=reading,
        capture="urn:uuid:1",
        first_seen=day(1),
        last_seen=day(1),
    )

    assert find_words(stored, sentence(printed)) is not None
    assert find_words(stored, sentence(changed)) is None


@pytest.mark.parametrize(
    ("lang", "printed", "quoted", "verdict"),
    [
        ("es-MX", "12,500 sacks", "12500 sacks", Verdict.VERBATIM),
        ("es-MX", "12,500 sacks", "12 500 sacks", Verdict.VERBATIM),
        ("es-MX", "12,500 sacks", "12.500 sacks", Verdict.ALTERED),
        ("es", "12.500 sacks", "12500 sacks", Verdict.VERBATIM),
        ("de-CH", "12’500 sacks", "12 500 sacks", Verdict.VERBATIM),
        ("de-CH", "12’500 sacks", "12.500 sacks", Verdict.ALTERED),
        ("en-ZA", "3,125 sacks", "3125 sacks", Verdict.ALTERED),
        ("en-IN", "1,00,000 sacks", "1 00 000 sacks", Verdict.VERBATIM),
        ("en-IN", "1,00,000 sacks", "100,000 sacks", Verdict.VERBATIM),
    ],
)
def test_a_figure_is_read_by_the_region_of_its_statement(
    lang: str, printed: str, quoted: str, verdict: Verdict
) -> None:
    stored = document(f"A word first. {sentence(printed)}. The end.", "panel:1", lang=lang)

    assert Resolver(Memory([stored])).resolve(sentence(quoted)).verdict is verdict


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("paras. 7–9 apply", "paras. 7 – 9 apply"),
        ("paras. 7 – 9 apply", "paras. 7-9 apply"),
        ("in 1939–1945 alone", "in 1939 — 1945 alone"),
        ("some 5×10³ sacks", "some 5 × 10³ sacks"),
        ("in 2018/19 alone", "in 2018 / 19 alone"),
        ("some 2⁄5 of all", "some ⅖ of all"),
        ("at 5′ 7″ high", "at 5' 7\" high"),
        ("some 12,500 sacks", "some 12,500[3] sacks"),
        ("some 12,500 sacks", "some 12,500 [3, 12] sacks²"),
    ],
)
def test_a_figure_typed_otherwise_is_the_same(printed: str, typed: str) -> None:
    stored = document(f"A word first. {sentence(printed)}. The end.", "panel:1")

    resolution = Resolver(Memory([stored])).resolve(sentence(typed))

    assert resolution.verdict is Verdict.VERBATIM
    assert resolution.quote == sentence(typed)
    assert resolution.match is not None
    (part,) = resolution.match.judgement.parts
    assert (part.quote_start, part.quote_end) == (0, len(sentence(typed)))
    assert contains(stored.text, sentence(typed), "en") or "⅖" in typed


@pytest.mark.parametrize(
    ("printed", "changed"),
    [
        ("paras. 7–9 apply", "paras. 7 – 8 apply"),
        ("paras. 7–9 apply", "paras. 7 –9 apply"),
        ("paras. 7–9 apply", "paras. 7 × 9 apply"),
        ("some 5×10³ sacks", "some 5 × 10⁴ sacks"),
        ("some 5–10 sacks", "some 5 sacks"),
        ("at 5′ 7″ high", "at 5' 7' high"),
        ("at 5′ 7″ high", "at 5 7″ high"),
        ("some 1½ sacks", "some 11⁄2 sacks"),
        ("some 12,500 sacks", "some 12,500[3]7 sacks"),
    ],
)
def test_a_figure_changed_with_its_spaces_is_not_the_same(printed: str, changed: str) -> None:
    stored = document(f"A word first. {sentence(printed)}. The end.", "panel:1")

    assert Resolver(Memory([stored])).resolve(sentence(changed)).verdict is Verdict.ALTERED
    assert not contains(stored.text, sentence(changed), "en")


@pytest.mark.parametrize(
    ("printed", "quoted"),
    [
        ("some 1½ sacks", "some 1 1/2 sacks"),
        ("some 1 1/2 sacks", "some 1½ sacks"),
        ("some ⅓ of all", "some 1/3 of all"),
        ("some 3/4 of all", "some ¾ of all"),
    ],
)
def test_a_fraction_typed_with_a_slash_has_the_same_value(printed: str, quoted: str) -> None:
    stored = document(f"A word first. {sentence(printed)}. The end.", "panel:1")

    resolution = Resolver(Memory([stored])).resolve(sentence(quoted))

    assert resolution.verdict is Verdict.ALTERED
    details = [flag.detail for flag in derive_flags(resolution) if flag.kind == "number"]
    assert details
    assert all(detail.endswith("same value") for detail in details)


@pytest.mark.parametrize(
    "quote",
    ["풀려나지 않\n았다고 밝혔다", "풀려나지\n않았다고 밝혔다", "풀려나\n지\n않\n았다고 밝\n혔다"],
)
def test_a_korean_word_may_be_broken_at_the_end_of_a_line(quote: str) -> None:
    stored = document("강가 마을에서 아무도 풀려나지 않았다고 밝혔다.", "panel:1", lang="ko")

    resolution = Resolver(Memory([stored])).resolve(f"마을에서 아무도 {quote}")

    assert resolution.verdict is Verdict.VERBATIM


@pytest.mark.parametrize(
    ("printed", "changed"),
    [
        ("under § 5 of the law", "under 5 of the law"),
        ("paid 3 M€ in May", "paid 3 M$ in May"),
        ("rules (1)–(3) apply", "rules (1), (3) apply"),
        ("some 5 — 7 houses", "some 5, 7 houses"),
        ("rated AA+ in May", "rated AA in May"),
        ("where x ≠ y holds", "where x = y holds"),
        ("at 51° 30′ north", "at 51° 30″ north"),
        ("where x < y holds", "where x > y holds"),
        ("where x<y holds", "where x y holds"),
        ("where x ≤ y holds", "where x < y holds"),
        ("where x ≈ y holds", "where x = y holds"),
        ("where x := y holds", "where x = y holds"),
        ("from A → B in May", "from A ← B in May"),
        ("from A ↔ B in May", "from A B in May"),
        ("the mill ↑ in May", "the mill ↓ in May"),
        ("of 12,500 sacks of rye", "of #12,500 sacks of rye"),
        ("names of #12,500 in May", "names of 12,500 in May"),
    ],
)
def test_a_sign_between_words_counts(printed: str, changed: str) -> None:
    stored = document(f"A word first. {sentence(printed)}. The end.", "panel:1")
    resolver = Resolver(Memory([stored]))

    assert resolver.resolve(sentence(printed)).verdict is Verdict.VERBATIM
    assert resolver.resolve(sentence(changed)).verdict is Verdict.ALTERED
    assert not contains(sentence(printed), sentence(changed), "en")


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("where x ≤ y holds", "where x <= y holds"),
        ("from A → B in May", "from A -> B in May"),
        ("write to <office@mill.example> in May", "write to office@mill.example in May"),
        ("the board said.\n→ The mill in May", "the board said. The mill in May"),
        ("words of the mill <…> in May", "words of the mill in May"),
        ("where x < y holds", "where\n> x < y holds"),
    ],
)
def test_a_typed_sign_is_the_sign_and_a_bracket_is_none(printed: str, typed: str) -> None:
    assert contains(sentence(printed), sentence(typed), "en")


@pytest.mark.parametrize(
    ("printed", "changed"),
    [
        ("北磨村第三、四条对粮仓适用", "北磨村第三四条对粮仓适用"),
        ("北磨村有五、六人受伤住院", "北磨村有五六人受伤住院"),
        ("北磨村有二、三百户领到粮食", "北磨村有二三百户领到粮食"),
        ("北磨村第（三）（四）项对粮仓适用", "北磨村第（三四）项对粮仓适用"),
        ("北磨村第十、5条对粮仓适用", "北磨村第十5条对粮仓适用"),
        ("北磨村有三至五〜六人住院治疗", "北磨村有三至五六人住院治疗"),
        ("北磨村粮食增加二・五倍左右", "北磨村粮食增加二五倍左右"),
        ("北磨村粮食增加二・五倍左右", "北磨村粮食增加二、五倍左右"),
    ],
)
def test_a_mark_between_two_numerals_counts(printed: str, changed: str) -> None:
    text = f"会议开始。{printed}。会议结束。"
    resolver = Resolver(Memory([document(text, "panel:1", lang="zh")]))

    assert resolver.resolve(printed).verdict is Verdict.VERBATIM
    assert resolver.resolve(changed).verdict is not Verdict.VERBATIM
    assert not contains(text, changed, "zh")


def test_another_form_of_a_mark_between_numerals_is_the_same() -> None:
    text = "会议开始。北磨村第三、四条与（五）（六）项适用。"

    assert contains(text, "北磨村第三,四条与(五)(六)项\n适用", "zh")


@pytest.mark.parametrize(
    ("printed", "quoted", "is_same"),
    [
        ("bonds rated AA+ in May", "were all bonds rated AA", False),
        ("bonds rated AA+ in May", "were all bonds rated AA−", False),
        ("bonds rated AA+ in May", "were all bonds rated AA+", True),
        ("dues of 3 M€ in May", "were all dues of 3 M", False),
        ("under § 5 of the law", "№ 5 of the law in the mill", False),
        ("under § 5 of the law", "§ 5 of the law in the mill", True),
        ("under § 5 of the law", "5 of the law in the mill", True),
    ],
)
def test_a_sign_beside_the_first_or_last_word_counts(
    printed: str, quoted: str, *, is_same: bool
) -> None:
    text = f"A word first. They were all {printed} in the mill of Val."
    stored = document(text.replace(" in May in", " in"), "panel:1")

    verdict = Resolver(Memory([stored])).resolve(quoted).verdict

    assert (verdict is Verdict.VERBATIM) is is_same
    assert contains(stored.text, quoted, "en") is is_same


def test_the_occurrence_that_is_printed_as_quoted_is_the_source() -> None:
    text = (
        "The paper of § 5 of the law is lost. The paper of 5 of the law is kept in the mill of Val."
    )
    resolver = Resolver(Memory([document(text, "panel:1")]))

    resolution = resolver.resolve("The paper of 5 of the law is")

    assert resolution.verdict is Verdict.VERBATIM
    assert resolution.match is not None
    (part,) = resolution.match.judgement.parts
    assert text[part.start : part.end] == "The paper of 5 of the law is"


@pytest.mark.parametrize("text", ["In 2019, — so the board — all was well.", "Art. 5.- The mill."])
def test_a_dash_after_a_stop_is_no_part_of_a_figure(text: str) -> None:
    resolver = Resolver(Memory([document(f"A word first. {text} The end.", "panel:1")]))

    quote = text.replace(", —", ",").replace(" —", "").replace(".-", ".")

    assert resolver.resolve(quote).verdict is Verdict.VERBATIM
