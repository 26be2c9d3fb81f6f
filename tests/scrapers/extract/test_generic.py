import pytest

from archive.errors import FormatError, LimitError
from scrapers.extract.generic_reader import READER, article_text, read_generic_page

URL = "https://x.example/news/2017/04/13/peg"
TEXT = "The peg will be kept, and the Bank will defend it with all that it has. " * 6
PAGE = f"""<html lang="en-GB"><head><title>On the peg | The Bank</title>%s
<link rel="canonical" href="/news/peg"><link rel="alternate" hreflang="fr" href="/fr/peg"></head>
<body><nav><a href="/">Home</a><a href="/a">About</a></nav><article><h1>On the peg</h1>
<p>{TEXT}</p><p>Read more: <a href="/b">The other peg</a></p><ul><li>First{TEXT}</li></ul>
<p>{TEXT}</p></article><footer>© The Bank</footer></body></html>"""


def test_a_page_is_read_without_boilerplate_and_names_its_reader() -> None:
    reading = read_generic_page(URL, PAGE % "")

    text = TEXT.strip()
    assert reading.text.split("\n") == [text, f"First{text}", text]
    assert (reading.title, reading.identifier) == ("On the peg", "https://x.example/news/peg")
    assert (reading.issuer, reading.lang, reading.kind) == ("x.example", "en-GB", "page")
    assert reading.translations == (("fr", "https://x.example/fr/peg"),)
    assert reading.reader == READER


@pytest.mark.parametrize(
    ("head", "value", "read_from"),
    [
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "Report", "datePublished":'
            ' "2017-04-13T10:02Z"}, {"@type": "WebSite", "datePublished": "2016-01-01"}]}</script>',
            "2017-04-13T10:02Z",
            "json-ld",
        ),
        ('<meta property="article:published_time" content="2017-04-12">', "2017-04-12", "meta"),
        ("", "2017-04-13", "url"),
        ('<script type="application/ld+json">not json</script>', "2017-04-13", "url"),
    ],
)
def test_the_first_stated_publication_date_is_read(head: str, value: str, read_from: str) -> None:
    issued = read_generic_page(URL, PAGE % head).issued

    assert issued is not None
    assert (issued.value, issued.read_from) == (value, read_from)


def test_a_guessed_date_is_called_a_guess() -> None:
    sentence = f"<p>{TEXT} It was so decided in Strelsau on 13 April 2017.</p></article>"
    page = (PAGE % "").replace("</article>", sentence)

    issued = read_generic_page("https://x.example/peg", page).issued

    assert issued is not None
    assert issued.read_from.startswith("guessed by htmldate")


def test_two_times_on_a_page_are_no_date() -> None:
    times = "<article><time datetime=2017-04-13></time><time datetime=2018-01-01></time></article>"

    issued = read_generic_page("https://x.example/peg", PAGE % times).issued

    assert issued is None or issued.read_from.startswith("guessed")


def test_a_canonical_url_on_another_host_is_ignored() -> None:
    page = (PAGE % "").replace('href="/news/peg"', 'href="https://evil.example/"')

    assert read_generic_page(URL, page).identifier == URL


@pytest.mark.parametrize("markup", ["", "<html><h1>Title only</h1></html>"])
def test_a_page_without_a_text_is_an_error(markup: str) -> None:
    with pytest.raises(FormatError):
        read_generic_page(URL, markup)


def test_a_page_that_should_not_be_parsed_is_an_error() -> None:
    with pytest.raises(LimitError):
        article_text("<a " + " ".join(f"a{n}" for n in range(300_000)) + ">")
