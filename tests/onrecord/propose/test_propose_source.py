"""Sources are proposed from a publisher's feeds, lists of links and articles."""

import tomllib
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.memento_server import write_crawl
from tests.support.warc_files import http_response

SITE = "https://bank.ruritania.example"
TOPICS = {
    "peg": "The peg will be kept, whatever is said about it in the taverns of the old harbour.",
    "coin": "A new coin will be struck in spring, and the old ones stay good until they wear out.",
    "loan": "No loan was asked for by the ministry, and none will be given before the harvest.",
}


def speech(name: str, number: int, *, undated: bool = False) -> bytes:
    """Return a page whose text is surrounded by the boilerplate of the site.

    An `undated` one shows no day of issue; only its JSON-LD has it.
    """
    json_ld = f'{{"@type": "NewsArticle", "datePublished": "2024-03-0{number}"}}'
    script = f'<script type="application/ld+json">{json_ld}</script>' if undated else ""
    dated = "" if undated else f"<p class='dated'>{number} March 2024</p>"
    menu = "".join(f'<li><a href="/{n}">{n.title()}</a></li>' for n in ("about", "rates", "jobs"))
    paragraphs = "".join(
        f"<p>{TOPICS[name]} It was said for the {n}th time.</p>" for n in range(4, 9)
    )
    page = (
        f"<html lang='en'><head><title>On the {name} of Ruritania - Bank</title>{script}</head>"
        "<body>"
        f"<ul class='menu'>{menu}</ul><main><h1>On the {name} of Ruritania</h1>"
        f"{dated}<div class='speech-body c12'>{paragraphs}</div>"
        f"<div class='contact'>Harbour Street 1</div></main></body></html>"
    )
    return http_response(page.encode())


def listing(head: str = "") -> bytes:
    rows = "".join(
        f'<li class="speech"><a href="/speeches/{n}-{name}">The governor on the {name}</a></li>'
        for n, name in enumerate(["peg", "coin", "loan", "fair", "fish"], 1)
    )
    return http_response(
        f"<html lang='en'><head>{head}</head><body><ul>{rows}</ul></body></html>".encode()
    )


def feed(*, full_text: bool) -> bytes:
    items = "".join(
        f"<item><title>On the {name}</title><link>{SITE}/speeches/{n}-{name}</link>"
        f"<guid>{n}</guid><pubDate>Mon, 0{n} Apr 2024 10:00:00 GMT</pubDate>"
        f"<description>{(TOPICS[name] + ' ') * (10 if full_text else 1)}</description></item>"
        for n, name in enumerate(TOPICS, 1)
    )
    return http_response(f'<?xml version="1.0"?><rss><channel>{items}</channel></rss>'.encode())


@pytest.fixture
def site(tmp_path: Path, run: Run) -> Path:
    assert run("init").exit_code == 0
    return tmp_path / "site.warc.gz"


def crawl(file: Path, *, undated: bool = False, **pages: bytes) -> Path:
    day = "2024-05-06T07:08:09Z"
    speeches = [
        (day, f"{SITE}/speeches/{number}-{name}", speech(name, number, undated=undated))
        for number, name in enumerate(TOPICS, 1)
    ]
    urls = {"home": f"{SITE}/", "feed": f"{SITE}/news.rss", "usual": f"{SITE}/rss.xml"}
    return write_crawl(file, *speeches, *((day, urls[n], page) for n, page in pages.items()))


def test_a_list_of_links_and_its_pages_make_a_source(site: Path, run: Run) -> None:
    crawl(site, home=listing())

    result = run("sources", "add", f"{SITE}/", "--from", site)

    assert result.exit_code == 0, result.stderr
    toml = tomllib.loads(result.stdout)
    (layout,) = toml["layouts"]
    assert toml["listings"] == [{"way": "listing", "urls": [f"{SITE}/"], "items": ".speech"}]
    assert (layout["title"], layout["text"], layout["issued"]) == ("h1", ".speech-body", ".dated")
    assert "2024-03-01 (“1 March 2024”)" in result.stderr


def test_a_day_of_issue_in_json_ld_only_is_learned_too(site: Path, run: Run) -> None:
    crawl(site, undated=True, home=listing())

    result = run("sources", "add", f"{SITE}/", "--from", site)

    (layout,) = tomllib.loads(result.stdout)["layouts"]
    assert layout["issued"] == "json-ld:datePublished"
    assert "2024-03-01 (“2024-03-01”)" in result.stderr


def test_a_feed_that_a_page_names_is_preferred(site: Path, run: Run) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/news.rss">'
    crawl(site, home=listing(link), feed=feed(full_text=False))

    toml = tomllib.loads(run("sources", "add", f"{SITE}/", "--from", site).stdout)

    assert toml["listings"] == [{"way": "feed", "urls": [f"{SITE}/news.rss"]}]
    assert toml["layouts"][0]["reads"] == "html"


def test_a_feed_is_found_at_its_usual_place(site: Path, run: Run) -> None:
    crawl(site, home=listing(), usual=feed(full_text=False))

    toml = tomllib.loads(run("sources", "add", f"{SITE}/", "--from", site).stdout)

    assert toml["listings"][0]["urls"] == [f"{SITE}/rss.xml"]


def test_a_feed_that_holds_whole_texts_is_read_itself(site: Path, run: Run) -> None:
    crawl(site, feed=feed(full_text=True))

    result = run("sources", "add", f"{SITE}/news.rss", "--from", site)

    (layout,) = tomllib.loads(result.stdout)["layouts"]
    assert (layout["reads"], layout["text"]) == ("feed", ["description"])
    assert "2024-04-01T10:00Z" in result.stderr


def test_articles_may_be_named(site: Path, run: Run) -> None:
    crawl(site)

    urls = [f"{SITE}/speeches/{n}-{name}" for n, name in enumerate(TOPICS, 1)]
    toml = tomllib.loads(run("sources", "add", *urls, "--from", site).stdout)

    assert toml["pages"] == r"https?://bank\.ruritania\.example/speeches/[^/?#]+"


def test_the_written_source_reads_the_site(site: Path, run: Run) -> None:
    crawl(site, home=listing())

    run("sources", "add", f"{SITE}/", "--from", site, "--name", "bank", "--write")
    result = run("sources", "test", "bank", "--from", site)

    assert result.exit_code == 0 or "not held" in result.stderr
    assert "On the peg of Ruritania" in result.stdout


def test_nothing_is_written_unasked_or_twice(site: Path, run: Run, archive_folder: Path) -> None:
    crawl(site, home=listing())
    words = ("sources", "add", f"{SITE}/", "--from", site, "--name", "bank")

    run(*words)
    assert list((archive_folder / "sources").glob("*.toml")) == []
    assert run(*words, "--write").exit_code == 0
    second = run(*words, "--write")

    assert second.exit_code == 5
    assert "bank.toml" in second.stderr


def test_the_pages_it_fetched_are_stored_and_are_no_statements(site: Path, run: Run) -> None:
    crawl(site, home=listing())

    run("sources", "add", f"{SITE}/", "--from", site)

    assert run("verify").exit_code == 0
    assert run("search", "peg").exit_code == 1


@pytest.mark.parametrize(
    ("pages", "problem"),
    [
        ({}, "expected a page, found no good response"),
        (
            {"home": http_response(b"<html><p>Closed for the feast.</p></html>")},
            "found 0 of 0 named",
        ),
    ],
)
def test_an_error_says_what_is_missing(
    site: Path, run: Run, pages: dict[str, bytes], problem: str
) -> None:
    crawl(site, **pages)

    result = run("sources", "add", f"{SITE}/", "--from", site)

    assert result.exit_code == 5
    assert problem in result.stderr
    assert result.stdout == ""
