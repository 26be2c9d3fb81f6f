"""Spans of a statement's text are located in the bytes of its page."""

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.byte_spans.align_with_page import TextLocator, block_spans, extract_letters
from scrapers.byte_spans.strip_markup import strip_html
from scrapers.parse.charset import decode
from scrapers.parse.html.html_tree import text_of_html

HTML = "text/html; charset=utf-8"


def locate(page: str, text: str, words: str = "") -> list[str]:
    """Return the markup of each block of `text`, or of `words` in it; "" where not located."""
    body = page.encode()
    locator = TextLocator(body, HTML, text)
    start = text.index(words) if words else 0
    spans = [(start, start + len(words))] if words else block_spans(text)
    return [
        body[slice(*place)].decode() if (place := locator.locate(*span)) else "" for span in spans
    ]


def test_a_block_stands_from_its_first_letter_to_its_last() -> None:
    page = "<h1>Note 7</h1>\n<p>They  were\n<b>refused</b>&nbsp;entry.</p><p>So.</p>"

    assert locate(page, "They were refused entry.\nSo.") == [
        "They  were\n<b>refused</b>&nbsp;entry",
        "So",
    ]


def test_words_inside_a_block_have_their_own_place() -> None:
    page = "<p>They were <b>refused</b> entry.</p>"

    assert locate(page, "They were refused entry.", "refused entry") == ["refused</b> entry"]


def test_a_repeated_block_is_located_between_its_neighbours() -> None:
    menu = "<li>Statement</li><li>Free them.</li>"
    page = f"<ul>{menu}</ul><h2>Statement</h2><p>Open the file.</p><p>Free them.</p><p>Now.</p>"
    text = "Statement\nOpen the file.\nFree them.\nNow."

    body, locator = page.encode(), TextLocator(page.encode(), HTML, text)

    starts = [place[0] for span in block_spans(text) if (place := locator.locate(*span))]
    assert starts == [body.rindex(word.encode()) for word in ("Statement", "Open", "Free", "Now")]


def test_a_block_with_a_note_removed_from_its_middle_is_located() -> None:
    words = "They were refused entry at the northern gate on the day that was named"
    page = f"<p>{words[:30]}<sup>[see the note below]</sup>{words[30:]}.</p>"

    (located,) = locate(page, f"{words}.")

    assert located.startswith("They were")
    assert located.endswith("was named")


def test_words_that_the_page_lacks_are_not_located() -> None:
    assert locate("<p>They were refused entry.</p>", "They were let in.\n* * *") == ["", ""]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-16-le", "utf-8"])
def test_places_are_bytes_in_any_encoding(encoding: str) -> None:
    page = f'<meta charset="{encoding}"><p>Сегодня</p><p>Их не пустили, сказал министр.</p>'
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    body = mark + page.encode(encoding)

    place = TextLocator(
        body, f"text/html; charset={encoding}", "Их не пустили, сказал министр."
    ).locate(3, 13)

    assert place
    assert body[slice(*place)].decode(encoding) == "не пустили"


def test_composed_and_decomposed_accents_are_the_same_letters() -> None:
    assert locate("<p>Le pre\u0301sident</p>", "Le président") == ["Le pre\u0301sident"]


def test_a_text_from_a_json_response_is_located_in_the_response() -> None:
    answer = json.dumps({"id": 7, "body": "<p>L\u2019accès</p><p>Non.</p>"})

    assert locate(answer, "L’accès\nNon.") == [r"L\u2019acc\u00e8s", "Non"]


WORD = st.text(st.characters(categories=["L", "N"], codec="utf-8"), min_size=1, max_size=8)
BLOCK = st.lists(WORD, min_size=1, max_size=6)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Draw a page: blocks of words, some of them marked up, escaped, or broken by a comment."""
    paragraphs = []
    for block in draw(st.lists(BLOCK, min_size=1, max_size=6)):
        words = []
        for word in block:
            template = draw(st.sampled_from(["{}", "<b>{}</b>", "<i>{}</i>", "{}<!-- x -->"]))
            escaped = "".join(f"&#{ord(c)};" for c in word) if draw(st.booleans()) else word
            words.append(template.format(escaped))
        separator = draw(st.sampled_from([" ", "\n", "&nbsp;", " – "]))
        paragraphs.append(f"<p>{separator.join(words)}</p>")
    return (
        "<html><body><nav>Menu</nav>" + "\n".join(paragraphs) + "<script>1</script></body></html>"
    )


@given(pages())
def test_the_text_of_a_page_is_located_in_its_bytes(page: str) -> None:
    body, text = page.encode(), text_of_html(page)
    locator = TextLocator(body, HTML, text)

    for start, end in block_spans(text):
        expected_letters, _ = extract_letters(text[start:end])
        place = locator.locate(start, end)
        if not expected_letters:
            assert place is None
            continue
        assert place is not None
        piece = decode(body[slice(*place)], HTML).text
        assert extract_letters(strip_html(piece).text)[0] == expected_letters
        assert html.unescape(piece)
