import pytest

from scrapers.extract.any_page.link_texts import find_page_links
from scrapers.extract.any_page.page_titles import find_titles
from scrapers.parse.html.html_tree import parse_html

URL = "https://min.example/media/news-releases/on-the-seed"
HEADLINE = "Ministry regrets the delay of seed"


def title(body: str, head: str = "", url: str = URL) -> str:
    root = parse_html(f"<html><head>{head}</head><body>{body}</body></html>")
    return find_titles(root, url, find_page_links(root))[0]


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"<h1>News Releases</h1><h2>{HEADLINE}</h2>", f"<title>{HEADLINE} - Ministry</title>"),
        (f"<h1>News Releases</h1><p>{HEADLINE}</p>", f"<title>{HEADLINE} - Ministry</title>"),
        (
            f"<a>Press room</a><h1>Press room</h1><h3>{HEADLINE}</h3>",
            f"<meta property=og:title content='{HEADLINE}'>",
        ),
        (
            f"<h1><a href=/>Minister Anna Val</a></h1><h2>{HEADLINE}</h2>",
            f"<title>{HEADLINE} - Minister Anna Val</title>",
        ),
        (
            f"<h1>Minister Anna Val</h1><p>{HEADLINE}</p>",
            f"<title>{HEADLINE} | Minister Anna Val</title>",
        ),
        (
            f"<h1>Anna Val Minister of Seed</h1><h1>News</h1><p>{HEADLINE}</p>",
            f"<title>{HEADLINE}</title>",
        ),
        (f"<h2>{HEADLINE}</h2>", f"<title>{HEADLINE} – Ministry of Ruritania</title>"),
        (
            f"<h1>{HEADLINE} <span>ID number: Dir. 2014:158</span></h1>",
            f"<meta property=og:title content='{HEADLINE}'>",
        ),
        (f"<h1>{HEADLINE}</h1>", "<title>Ministry of Ruritania</title>"),
        (f"<h1>{HEADLINE}</h1>", f"<title>Ministry of Ruritania - News - {HEADLINE}</title>"),
        (f"<h1>{HEADLINE}</h1>", ""),
        ("<h1>Ministry re\u00adgrets the \u200bdelay of seed\u200b</h1>", ""),
        (f"<h1>{HEADLINE}</h1><h2>Background</h2>", "<title>Seed: why it comes late</title>"),
    ],
)
def test_the_title_is_the_headline(body: str, head: str) -> None:
    assert title(body, head) == HEADLINE


def test_a_section_is_the_title_of_its_own_page() -> None:
    assert title("<h1>News Releases</h1>", "<title>News Releases - Ministry</title>") == (
        "News Releases"
    )


def test_a_page_may_have_no_title() -> None:
    root = parse_html("<p>x")

    assert find_titles(root, URL, find_page_links(root)) == []
