import pytest

from scrapers.extract.signatories import find_signatories

LISTED = (
    "Ms. Ada Example, Special Rapporteur on invented examples",
    "Mr. Ben A. Example, Chair of the Working Group on fixtures",
    "Dr. C. Example, Independent Expert on test pages",
)
NOTE = f"{LISTED[0]}; {LISTED[1]}; and {LISTED[2]}."


@pytest.mark.parametrize(
    "before",
    ["(*) ", "* ", "*The experts: ", "(*) The UN experts: ", "The experts: ", "Signatories: "],
)
def test_the_note_at_the_end_names_the_experts(before: str) -> None:
    text = f"GENEVA – Experts* called for release.\nENDS\n{before}{NOTE}\nFor media: write to us."

    assert find_signatories(text) == LISTED


def test_what_follows_the_list_is_no_name() -> None:
    text = f"(*) {NOTE} The Special Rapporteurs are part of the Special Procedures."

    assert find_signatories(text) == LISTED


def test_names_may_have_a_line_each() -> None:
    lines = "\n".join(f"{name};" for name in LISTED)

    assert find_signatories(f"ENDS\n*The experts:\n{lines}\nThe experts are independent.") == LISTED


def test_commas_keep_names_apart_where_titles_begin_them() -> None:
    text = (
        "* Ms. Ada Example, Special Rapporteur on A, and Mr. Ben Example, Special Rapporteur on B."
    )

    assert find_signatories(text) == (
        "Ms. Ada Example, Special Rapporteur on A",
        "Mr. Ben Example, Special Rapporteur on B",
    )


@pytest.mark.parametrize(
    ("note", "names"),
    [
        (
            "*Les experts : Mme Ada Exemple, Rapporteuse spéciale sur les exemples ; M. Ben "
            "Exemple, Président du Groupe de travail sur les pages.",
            (
                "Mme Ada Exemple, Rapporteuse spéciale sur les exemples",
                "M. Ben Exemple, Président du Groupe de travail sur les pages",
            ),
        ),
        (
            "(*) Los expertos: Sra. Ada Ejemplo, Relatora Especial sobre los ejemplos; y Sr. Ben "
            "Ejemplo, Experto independiente sobre las páginas.",
            (
                "Sra. Ada Ejemplo, Relatora Especial sobre los ejemplos",
                "Sr. Ben Ejemplo, Experto independiente sobre las páginas",
            ),
        ),
    ],
)
def test_other_languages_have_such_notes_too(note: str, names: tuple[str, ...]) -> None:
    assert find_signatories(f"Texte.\n{note}") == names


@pytest.mark.parametrize(
    "text",
    [
        "They spoke.\n* Figures of 2016.",
        "The experts: nobody knows them.",
        "The Special Rapporteur, Ms. Ada Example, spoke.",
        "",
    ],
)
def test_a_text_that_names_no_experts_has_none(text: str) -> None:
    assert find_signatories(text) == ()
