"""Addresses in archived style sheets lead into the archive, however they are written."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from archive.errors import LimitError
from archive.sandbox.sandbox import Sandbox, SandboxLimits
from onrecord.web.replay.rewrite_css import MAX_CHARACTERS, rewrite_css
from onrecord.web.replay.sanitise import rewrite_sheet, sanitise_page
from tests.support.hostile_codings import PAGES, SHEETS

PNG = "data:image/png;base64,AA=="


def rewritten(text: str) -> str:
    return rewrite_css(text, lambda address, modifier: f"/{modifier}{address}")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a{b:url(x.png)}", 'a{b:url("/im_x.png")}'),
        ("a{b:URL( 'x.png' )}", 'a{b:URL( "/im_x.png" )}'),
        (r"a{b:u\72l(x.png)}", 'a{b:url("/im_x.png")}'),
        (r"a{b:url(\78.png)}", 'a{b:url("/im_x.png")}'),
        ("a{b:image-set('x' 1x, url(y) type('image/png') 2x)}",
         'a{b:image-set("/im_x" 1x, url("/im_y") type("image/png") 2x)}'),
        ("a{b:src('x')}", 'a{b:src("/im_x")}'),
        ("@import 'x';", '@import "/cs_x";'),
        ("@import url(x) print;a", '@import url("/cs_x") print;a'),
        ("@import url('y');a", '@import url("/cs_y");a'),
        (r"@i\6dport 'x'", '@import "/cs_x"'),
        ("@import/**/'x'", '@import/**/"/cs_x"'),
        ("a{src:url(x)format('woff2')}", 'a{src:url("/im_x")format("woff2")}'),
        ("@media x{a{b:url(x)}}", '@media x{a{b:url("/im_x")}}'),
        (f"a{{b:url({PNG})}}", f'a{{b:url("{PNG}")}}'),
        ("a{b:url(data:text/html,x)}", 'a{b:url("/im_data:text/html,x")}'),
        ("a{content:'url(x)'}", 'a{content:"url(x)"}'),
        ("a{b:url(x", 'a{b:url("/im_x")}'),
        ("/* url(x) */", "/* url(x) */"),
        ("a{b:url(x\"y)}", "a{b:url([bad url])}"),
    ],
)  # fmt: skip
def test_an_address_is_rewritten_in_every_form(written: str, shown: str) -> None:
    assert rewritten(written) == shown


@pytest.mark.parametrize(
    "text", ["(" * 5000, "{" * 5000, "url(x)" * 10_001, "1" * 5000, " " * (MAX_CHARACTERS + 1)]
)
def test_a_sheet_beyond_a_limit_is_refused(text: str) -> None:
    with pytest.raises(LimitError):
        rewritten(text)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxLimits(seconds=4)) as sandbox:
        yield sandbox


@pytest.mark.parametrize("mark", SHEETS)
def test_a_hostile_sheet_is_rewritten_or_refused_within_seconds(
    sandbox: Sandbox, mark: str
) -> None:
    """A process that is given four seconds of processor time would be ended by a quadratic step."""
    text, shown = mark * (300_000 // len(mark)), ""
    with suppress(LimitError):
        shown = sandbox.call(rewrite_sheet, text, "https://a.example/", "2024")

    assert "http:" not in shown


@pytest.mark.parametrize("mark", PAGES)
def test_a_hostile_page_is_sanitised_or_refused_within_seconds(sandbox: Sandbox, mark: str) -> None:
    body = ""
    with suppress(LimitError):
        body = sandbox.call(sanitise_page, mark * 50_000, "https://a.example/", "2024").body

    assert "<script" not in body


def test_a_page_is_shown_without_a_style_that_is_refused() -> None:
    markup = (
        f"<style>{'(' * 500}</style><style>b{{c:url(x)}}</style><title>A &amp; b</title><p>Words"
    )

    page = sanitise_page(markup, "https://a.example/", "20240304")

    assert page.styles == '<style>b{c:url("/web/20240304im_/https://a.example/x")}</style>'
    assert (page.title, page.body) == ("A & b", "<p>Words</p>")


def test_the_base_language_and_links_of_a_page_are_read_from_its_tree() -> None:
    markup = (
        '<!-- <base href="https://no.example/"> --><html lang=fr DIR=rtl><head>'
        '<base target=x><base href="https://b.example/c/">'
        '<link rel="alternate stylesheet" href="s.css">'
        '<link rel=icon href=i></head><body><script>"<base href=/x>"</script><p>Mots</body></html>'
    )

    page = sanitise_page(markup, "https://a.example/", "20240304")

    assert (page.lang, page.direction) == ("fr", "rtl")
    assert (
        page.styles == '<link rel="stylesheet" href="/web/20240304cs_/https://b.example/c/s.css">'
    )
