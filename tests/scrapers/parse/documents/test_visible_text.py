import json

import pytest

from archive.errors import LimitError
from scrapers.parse.documents.visible_text import visible_html_text, visible_text
from tests.support.shared_captures import capture

URL = "https://x.example/"


def test_everything_that_a_page_shows_is_in_its_visible_text() -> None:
    page = b"""<html><head><title>T</title><style>p{}</style></head><body><nav>Menu</nav>
    <h1>Title</h1><p>Text <b>bold</b></p><footer>Footer</footer><script>x</script></body></html>"""

    assert visible_text(capture(URL, page)) == "Menu\nTitle\nText bold\nFooter"


def test_a_feeds_items_say_their_titles_and_texts_once() -> None:
    feed = b"""<?xml version="1.0"?><rss><channel><title>All</title><item><title>A</title>
    <description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description>
    <content>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</content></item></channel></rss>"""

    assert visible_text(capture(URL, feed)) == "A\nOne.\nTwo."


def test_a_json_answer_says_every_string_in_it() -> None:
    answer = {"title": "A & B", "n": 1, "parts": [{"body": "<p>One.</p><p>Two.</p>"}, None]}

    assert visible_text(capture(URL, json.dumps(answer).encode())) == "A & B\nOne.\nTwo."


@pytest.mark.parametrize(
    "markup",
    [
        "<div hidden=until-found>It was shut.</div>",
        "<x-a><template shadowrootmode=open><p>It was shut.</p></template></x-a>",
        "<noscript><p>It was shut.</p></noscript>",
        "<textarea readonly>It was shut.</textarea>",
        "<button>It was shut.</button>",
        "<object data=x.pdf><param name=a><p>It was shut.</p></object>",
        "<canvas>It was shut.</canvas>",
        "<svg><title>x</title><text>It was shut.</text><style>x</style></svg>",
        "<details><summary>Then</summary><p>It was shut.</p></details>",
        '<iframe src=x srcdoc="<p>It was &lt;b>shut&lt;/b>.</p>"></iframe>',
    ],
)
def test_what_a_reader_can_open_is_in_the_visible_text(markup: str) -> None:
    text = visible_text(capture(URL, f"<p>Before{markup}after</p>".encode()))

    assert text.replace("Then\n", "") == "Before\nIt was shut.\nafter"


@pytest.mark.parametrize(
    "markup",
    [
        "<script>It was shut.</script>",
        "<!-- It was shut. -->",
        "<template><p>It was shut.</p></template>",
        "<div hidden>It was shut.</div>",
        "<div style='display:none'>It was shut.</div>",
        "<button hidden>It was shut.</button>",
    ],
)
def test_what_no_reader_sees_is_not_in_the_visible_text(markup: str) -> None:
    assert "shut" not in visible_text(capture(URL, f"<p>Before{markup}after</p>".encode()))


@pytest.mark.parametrize("markup", ["", " ", "<!-- x -->", "<html></html>"])
def test_a_page_that_shows_nothing_has_no_text(markup: str) -> None:
    assert visible_html_text(markup) == ""


def test_a_page_that_should_not_be_parsed_is_an_error_and_never_an_empty_text() -> None:
    with pytest.raises(LimitError):
        visible_html_text("<div>" * 200_000)
