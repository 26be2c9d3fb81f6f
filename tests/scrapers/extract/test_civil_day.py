"""The civil day of a page's time: what else the page says of its publisher's midnight."""

import pytest

from archive.models import Issued
from scrapers.extract.publication_date import find_page_dates
from scrapers.parse.html.html_tree import parse_html

URL = "https://fen.example/news/sluice"
TEXT = "<p>The fen board regrets that the sluice was shut without a word to the fishers.</p>" * 3


def page(body: str = "", head: str = "", lang: str = "en") -> str:
    return f"""<html lang="{lang}"><head><title>Notice of the sluice</title>{head}</head><body>
    <article><h1>Notice of the sluice</h1>{body}{TEXT}</article></body></html>"""


def issued(markup: str, url: str = URL) -> Issued | None:
    return find_page_dates(parse_html(markup), url).issued


def day(markup: str, url: str = URL) -> str:
    dated = issued(markup, url)
    return dated.value[:10] if dated and not dated.is_guess else ""


def meta(published: str, modified: str = "", more: str = "") -> str:
    changed = f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    return f'<meta property="article:published_time" content="{published}">{changed}{more}'


@pytest.mark.parametrize(
    ("head", "value"),
    [
        (meta("2019-11-19T02:34:30Z", "2019-11-18T22:15:39-05:00"), "2019-11-18"),
        (meta("2017-05-11T22:00:00Z", "2017-06-11T12:00:00+02:00"), "2017-05-12"),
        (meta("2017-05-12T03:30:00Z", "2017-12-11T12:00:00-05:00"), "2017-05-11"),
        (meta("2017-05-12T12:00:00Z", "2017-12-11T12:00:00-05:00"), "2017-05-12"),
        (meta("2019-11-19T02:34:30Z", "2019-11-19T03:15:39Z"), "2019-11-19"),
    ],
)
def test_the_offset_of_a_change_tells_the_day_of_a_time_in_utc(head: str, value: str) -> None:
    assert day(page(head=head)) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Nov 18, 8:19 PM", "2019-11-18"),
        ("Nov 19, 2:19 AM", "2019-11-19"),
        ("10:19", "2019-11-19"),
        ("8:47 PM", "2019-11-19"),
    ],
)
def test_a_clock_beside_a_stamp_in_utc_tells_the_publishers_zone(printed: str, value: str) -> None:
    body = f'<p>Posted <time datetime="2019-11-19T01:19:34Z">{printed}</time></p>'

    assert day(page(body, meta("2019-11-19T01:19:34Z"))) == value


def test_the_printed_zone_of_a_change_tells_the_day_of_a_time_in_utc() -> None:
    body = (
        '<p>Updated <time datetime="2019-11-20T05:24:29Z">12:24 am EST, Wednesday, '
        "November 20, 2019</time></p>"
    )

    assert day(page(body, meta("2019-11-20T02:07:18Z"))) == "2019-11-19"


def test_another_stamp_of_publication_on_the_day_before_is_the_local_one() -> None:
    local = '<meta name="sailthru.date" content="2019-11-18 20:58:46">'

    assert day(page(head=meta("2019-11-19T04:58:46Z", more=local))) == "2019-11-18"


@pytest.mark.parametrize(
    ("canonical", "value"),
    [
        ("https://fen.example/2019/11/18/sluice", "2019-11-18"),
        ("https://fen.example/2019/11/19/sluice", "2019-11-19"),
        ("https://fen.example/2019/11/10/sluice", "2019-11-19"),
    ],
)
def test_the_day_in_a_pages_canonical_address_tells_its_day(canonical: str, value: str) -> None:
    link = f'<link rel="canonical" href="{canonical}">'

    assert day(page(head=meta("2019-11-19T02:34:30Z", more=link))) == value


def test_the_canonical_address_of_another_site_tells_nothing() -> None:
    links = (
        '<link rel="canonical" href="https://mere.example/2019/11/18/sluice">'
        f'<meta property="og:url" content="{URL}">'
    )

    assert day(page(head=meta("2019-11-19T02:34:30Z", more=links))) == "2019-11-19"


def test_a_day_in_the_canonical_address_alone_is_a_guess() -> None:
    dated = issued(page(head='<link rel="canonical" href="https://fen.example/2017/05/12/a">'))

    assert dated is not None
    assert (dated.value, dated.is_guess) == ("2017-05-12", True)


@pytest.mark.parametrize(
    ("body", "stamp", "value"),
    [
        ('<span class="date">Monday, 23 September 2024</span>', "2024-09-22T20:57-07:00", "23"),
        ("<p>Nov 19, 2024, 8:15 pm CST</p>", "2024-11-20T02:15:49-06:00", "19"),
        ('<time datetime="2024-11-19T02:24:00Z">18 Nov 2024</time>', "2024-11-19 02:24", "18"),
        ('<span class="date">25 September 2024</span>', "2024-09-22T20:57-07:00", "22"),
        ("<p>21 September 2024</p>", "2024-09-22T20:57-07:00", "22"),
        ('<span class="date">21 September 2024</span>', "2024-09-22", "22"),
    ],
)
def test_a_day_printed_as_a_date_is_believed_before_the_day_beside_it_in_a_stamp(
    body: str, stamp: str, value: str
) -> None:
    assert day(page(body, meta(stamp)))[-2:] == value


@pytest.mark.parametrize(
    ("published", "modified"),
    [
        ("2019-11-18T22:00:00-05:00", "2019-11-19T10:00:00-05:00"),
        ("2019-11-18T12:00:00Z", "2019-11-19T10:00:00Z"),
    ],
)
def test_the_printed_day_of_a_change_is_not_that_of_publication(
    published: str, modified: str
) -> None:
    body = '<span class="date">19 November 2019</span>'

    assert day(page(body, meta(published, modified))) == "2019-11-18"


def test_an_element_whose_stamp_has_the_day_after_is_of_the_day_that_it_prints() -> None:
    body = '<time datetime="2019-11-20T00:53:52">Nov 19, 2019, 7:53pm EST</time>'

    assert day(page(body)) == "2019-11-19"


def test_a_placeholder_beside_an_unclear_day_leaves_the_page_unclear() -> None:
    body = '<time datetime="2018-07-01T20:00:00">11/02/2021</time>'

    dates = find_page_dates(parse_html(page(body)), URL)

    assert dates.issued is None
    assert dates.unclear is not None
    assert dates.unclear.alternatives == ("2021-02-11", "2021-11-02")


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("fa", '<p class="date">15 فروردین 1403 / 10 April 2024</p>'),
        ("fa", '<p class="date"><span>۱۴۰۳/۰۱/۱۵</span><span>2024-04-10</span></p>'),
        ("th", '<p class="date">20 มกราคม 2567 (20 January 2025)</p>'),
        ("zh-TW", '<p class="date">113年4月3日 (2024-04-10)</p>'),
    ],
)
def test_two_calendars_that_contradict_each_other_state_no_day(lang: str, body: str) -> None:
    assert day(page(body, lang=lang)) == ""


def test_two_calendars_that_agree_state_their_day() -> None:
    body = '<p class="date">15 فروردین 1403 / 3 April 2024</p>'

    assert day(page(body, lang="fa")) == "2024-04-03"


@pytest.mark.parametrize("name", ["date", "created", "DC.date", "dcterms.created"])
def test_metadata_that_do_not_say_of_what_their_date_is_are_a_guess(name: str) -> None:
    dated = issued(page(head=f'<meta name="{name}" content="2008-01-02">'))

    assert dated is not None
    assert (dated.value, dated.read_from, dated.is_guess) == (
        *("2008-01-02", "guessed from metadata"),
        True,
    )


def test_a_date_of_metadata_that_the_page_prints_is_stated() -> None:
    markup = page("<p>Done at Ely on 2 January 2008 in the hall.</p>",
                  '<meta name="DC.date" content="2008-01-02">')  # fmt: skip

    assert day(markup) == "2008-01-02"
