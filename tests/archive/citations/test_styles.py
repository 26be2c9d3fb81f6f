"""Every citation style, over statements of invented bodies."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from archive.citation_data import CitationData
from archive.citations import STYLES
from archive.citations._text import clean
from archive.models import Issued
from tests.support.cited_statements import (
    CASES,
    CYRILLIC,
    HOSTILE,
    LONG,
    ORDINARY,
    QUOTED,
    SHA256,
    TRANSCRIPT,
    UNDATED,
    YEAR_ONLY,
)
from tests.support.paths import TESTS

GOLDEN = TESTS / "golden/citations"
NAMES = STYLES.names()
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\x00\x1b]")


def cite(style: str, cited: CitationData) -> str:
    return STYLES.load(style)(cited)


def test_the_styles_are_those_of_the_field() -> None:
    assert {
        *("plain", "bibtex", "biblatex", "ris", "csl-json", "chicago", "apa"),
        *("bluebook", "oscola", "wikipedia", "robust-link", "web-annotation"),
    } == set(NAMES)


@pytest.mark.parametrize("style", NAMES)
@pytest.mark.parametrize("case", CASES)
def test_a_citation_reads_as_it_did(case: str, style: str) -> None:
    expected = (GOLDEN / case / f"{style}.txt").read_bytes().decode()

    assert cite(style, CASES[case]) == expected


@pytest.mark.parametrize("style", NAMES)
def test_every_style_says_who_what_when_where_and_which_bytes(style: str) -> None:
    text = cite(style, ORDINARY)

    for fact in (
        ORDINARY.issuer,
        ORDINARY.title,
        "Thursday, 13 April 2017",
        ORDINARY.url,
        ORDINARY.memento,
        SHA256[:16],
    ):
        assert fact in text
    assert "12:00:05 UTC" in text or "2026-11-22T12:00:05Z" in text


@pytest.mark.parametrize("style", NAMES)
def test_a_transcript_claims_no_archived_page(style: str) -> None:
    text = cite(style, replace(TRANSCRIPT, memento="https://archive.example/never"))

    assert "transcript of the Ruritanian Speeches Collection, not a capture" in text.replace(
        "T", "t"
    )
    assert "archive.example" not in text
    assert "rchived" not in text.replace("not a capture", "")
    assert "2026" not in text


@pytest.mark.parametrize("style", NAMES)
def test_a_statement_without_a_date_is_given_none(style: str) -> None:
    text = cite(style, UNDATED)

    assert "no date on the page" in text
    assert "2017" not in text


@pytest.mark.parametrize("style", NAMES)
def test_a_year_is_not_made_into_a_day(style: str) -> None:
    text = cite(style, YEAR_ONLY)

    assert "© 1998" in text
    assert "January" not in text
    assert "1998-01" not in text


@pytest.mark.parametrize("style", NAMES)
@pytest.mark.parametrize(
    ("guessed", "mark"),
    [
        (Issued("2021-03-04", "/news/2021/03/04/border", "url"), "inferred from the address"),
        (Issued("2021-03-04", "2021-03-04", "guessed by htmldate 1.9"), "guessed by htmldate"),
    ],
)
def test_a_guessed_date_is_said_to_be_one(style: str, guessed: Issued, mark: str) -> None:
    text = cite(style, replace(ORDINARY, issued=guessed))

    assert "2021" in text
    assert mark in text
    assert "dated “" not in text


@pytest.mark.parametrize(
    ("style", "mark"),
    [
        ("chicago", "[March 4, 2021?]"),
        ("apa", "([2021, March 4?])"),
        ("oscola", "[4 March 2021?]"),
        ("bibtex", "{[2021?]}"),
        ("biblatex", "{2021-03-04?}"),
        ("ris", "DA  - 2021/03/04/guessed"),
        ("csl-json", '"circa": true'),
    ],
)
def test_a_guessed_date_is_marked_as_its_style_does(style: str, mark: str) -> None:
    assert mark in cite(style, replace(ORDINARY, issued=Issued("2021-03-04", "/2021/03/04", "url")))


def test_the_local_day_is_cited() -> None:
    evening = Issued("2024-12-31T23:30-05:00", "2024-12-31T23:30:00-05:00", "time")

    assert "December 31, 2024" in cite("chicago", replace(ORDINARY, issued=evening))


@pytest.mark.parametrize("style", NAMES)
def test_a_very_long_title_is_not_cut(style: str) -> None:
    assert LONG.title in cite(style, LONG)


@pytest.mark.parametrize("style", NAMES)
def test_no_style_lets_hidden_marks_through(style: str) -> None:
    assert not HIDDEN.search(cite(style, HOSTILE))


@pytest.mark.parametrize("style", [name for name in NAMES if "json" not in name])
def test_a_host_in_another_script_is_cited_as_the_network_knows_it(style: str) -> None:
    assert "https://xn--d1ahl.ruritania.example/ru/44" in cite(style, CYRILLIC)


@pytest.mark.parametrize("case", CASES)
def test_ris_reads_back(case: str) -> None:
    cited = CASES[case]

    (entry,) = rispy.loads(cite("ris", cited))

    assert entry["title"] == clean(cited.title)
    assert entry["authors"] == [f"{clean(cited.issuer)},"]
    assert entry["type_of_reference"] == "ELEC"
    assert any(cited.sha256 in note for note in entry["notes"])
    if cited.issued:
        assert entry["year"] == cited.issued.value[:4]


@pytest.mark.parametrize("style", ["bibtex", "biblatex"])
@pytest.mark.parametrize("case", CASES)
def test_bib_files_read_back(case: str, style: str) -> None:
    cited = CASES[case]

    library = bibtexparser.parse_string(
        cite(style, cited), append_middleware=[LatexDecodingMiddleware()]
    )

    assert library.failed_blocks == []
    (entry,) = library.entries
    fields = {field.key: str(field.value) for field in entry.fields}
    assert plain(fields["title"]) == plain(clean(cited.title))
    assert plain(fields["author"]) == plain(clean(cited.issuer))
    assert cited.sha256 in fields["note" if style == "bibtex" else "addendum"]


def plain(text: str) -> str:
    """Return the letters of a text: decoders differ on braces, quotes and hyphens."""
    return re.sub(r"[^\w&%$#]+|ˆ", "", text.replace("\\", ""))


def test_csl_json_keeps_the_words_exactly() -> None:
    (item,) = json.loads(cite("csl-json", HOSTILE))

    assert item["title"] == HOSTILE.title
    assert item["custom"]["quote"] == 'He said: "}} -- ]]" \n& left'
    assert item["custom"]["issued-as-printed"] == "13 April\r\n2017 --> {{x}}"


def test_a_web_annotation_keeps_the_passage_and_its_place() -> None:
    annotation = json.loads(cite("web-annotation", QUOTED))

    quote, place = annotation["target"]["selector"]
    assert quote["exact"] == "The border remains {open} to all"
    assert (quote["prefix"], quote["suffix"]) == ("We repeat: ", ". It will stay so.")
    assert place["end"] - place["start"] == len(quote["exact"])
    assert annotation["target"]["state"]["cached"] == QUOTED.memento


def test_a_wikipedia_template_cannot_be_broken_out_of() -> None:
    text = cite("wikipedia", HOSTILE)
    template, comment = text.split("<!--")

    assert template.count("{{") == template.count("}}") == 2  # the template and one {{!}}
    assert "[" not in template
    assert "<" not in template
    assert "~~" not in template
    assert comment.count("--") == 1
    assert comment.endswith("-->")


def test_wikipedias_archive_address_and_date_come_together() -> None:
    both = cite("wikipedia", ORDINARY)
    neither = cite("wikipedia", TRANSCRIPT)

    assert ("|archive-url=" in both, "|archive-date=" in both) == (True, True)
    assert ("|archive-url=" in neither, "|archive-date=" in neither) == (False, False)
    assert "|url-status=dead" in cite("wikipedia", QUOTED)
    assert "url-status" not in cite("wikipedia", YEAR_ONLY)


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_a_robust_link_holds_only_its_own_elements() -> None:
    tags = Tags(cite("robust-link", HOSTILE)).seen

    assert [tag for tag, _ in tags] == ["span", "q", "cite", "a", "a"]


def test_a_robust_link_leads_to_the_passage_in_the_archived_copy() -> None:
    links = [attrs for tag, attrs in Tags(cite("robust-link", QUOTED)).seen if tag == "a"]

    assert links[0]["data-versionurl"] == QUOTED.memento
    assert links[0]["data-versiondate"] == "2026-11-22T12:00:05Z"
    assert links[1]["href"] == f"{QUOTED.memento}{QUOTED.fragment}"


@pytest.mark.parametrize("url", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x"])
def test_a_robust_link_never_runs_a_script(url: str) -> None:
    tags = Tags(cite("robust-link", replace(ORDINARY, url=url, memento=url))).seen

    assert "a" not in [tag for tag, _ in tags]


def test_quotation_marks_inside_a_title_are_turned() -> None:
    title = 'Remarks on "Peace" and ‘Order’'

    assert "“Remarks on ‘Peace’ and" in cite("chicago", replace(ORDINARY, title=title))
    assert "‘Remarks on “Peace” and “Order”’" in cite("oscola", replace(ORDINARY, title=title))
    kept = cite("oscola", replace(ORDINARY, title="The People’s Will"))
    assert "‘The People’s Will’" in kept


def test_a_date_printed_to_the_minute_is_cited_by_its_day() -> None:
    issued = Issued("2017-04-13T10:02Z", "13 Apr 2017 10:02", "meta")

    assert "(2017, April 13)" in cite("apa", replace(ORDINARY, issued=issued))
    assert "date         = {2017-04-13}" in cite("biblatex", replace(ORDINARY, issued=issued))
