"""The dates of pages that no source describes: stated, of a change, unclear, or guessed."""

import pytest

from archive.models import Issued
from scrapers.extract.publication_date import find_page_dates
from scrapers.parse.html.html_tree import parse_html

URL = "https://fen.example/news/sluice"
TEXT = "<p>The fen board regrets that the sluice was shut without a word to the fishers.</p>" * 3


def page(body: str = "", head: str = "", lang: str = "en") -> str:
    return f"""<html lang="{lang}"><head><title>Notice of the sluice</title>{head}</head><body>
    <header><p class="date">Saturday, 6 June 2099</p></header><article><h1>Notice of the sluice
    </h1>{body}{TEXT}</article><footer><p>© 2019 Fen Board, 1 May 2019</p></footer></body></html>"""


def issued(markup: str, url: str = URL) -> Issued | None:
    return find_page_dates(parse_html(markup), url).issued


def day(markup: str, url: str = URL) -> str:
    dated = issued(markup, url)
    return dated.value if dated else ""


def script(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-02-14">',
        '<meta name="dcterms.issued" content="2025-02-14">',
        '<meta name="DC.date.issued" content="2025-02-14">',
        '<meta name="citation_publication_date" content="2025/02/14">',
        '<meta name="sailthru.date" content="2025-02-14">',
        '<meta name="parsely-pub-date" content="2025-02-14">',
        '<meta itemprop="datePublished" content="2025-02-14">',
        '<meta name="DC.date" content="20250214">',
        script('{"@type": "NewsArticle", "datePublished": "2025-02-14"}'),
        script('{"@type": ["Article", "Thing"], "datePublished": {"@value": "2025-02-14"}}'),
        script('{"@type":"WebPage","mainEntity":{"@type":"Report","datePublished":"2025-02-14"}}'),
        script('[{"@type":"WebSite","datePublished":"2001-01-01"},'
               '{"@type":"http://schema.org/Article","datePublished":"2025-02-14"}]'),
    ],
)  # fmt: skip
def test_a_date_in_metadata_is_read(head: str) -> None:
    assert day(page(head=head)) == "2025-02-14"


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "<p>Published 14 February 2025</p>"),
        ("en", "<p>Published: 14 February 2025 | Updated: 20 February 2025</p>"),
        ("en", "<p>Updated 20 February 2025, first published 14 February 2025</p>"),
        (
            "en",
            "<dl><dt>Published</dt><dd>14 February 2025</dd>"
            "<dt>Updated</dt><dd>20 February 2025</dd></dl>",
        ),
        ("en", '<p class="byline">By A. Reeve, 14 February 2025</p>'),
        ("en", "<p>14 February 2025</p>"),
        ("en", '<span class="posted-on"><time datetime="2025-02-14">2 weeks ago</time></span>'),
        ("en", '<div itemprop="datePublished">February 14, 2025</div>'),
        ("de", "<div>Veröffentlicht am 14.02.2025</div>"),
        ("de", '<p class="article-date">14. Februar 2025</p>'),
        ("fr", "<p>Publié le 14 février 2025</p>"),
        ("es", '<span class="fecha">14/02/2025</span>'),
        ("ru", "<p>Опубликовано: 14 февраля 2025 г.</p>"),
        ("fa", '<p class="date">۲۶ بهمن ۱۴۰۳</p>'),
        ("th", '<p class="date">14 กุมภาพันธ์ 2568</p>'),
        ("zh-TW", '<p class="date">114年2月14日</p>'),
        ("ja", '<p class="date">令和7年2月14日</p>'),
        ("ko", '<p class="date">등록일 2025.02.14.</p>'),
    ],
)
def test_a_printed_date_is_read(lang: str, body: str) -> None:
    assert day(page(body, lang=lang)) == "2025-02-14"


def test_the_date_of_a_change_is_not_that_of_publication() -> None:
    body = '<p class="updated">Last updated: <time datetime="2025-02-20">20 February</time></p>'

    dates = find_page_dates(parse_html(page(body)), URL)

    assert dates.issued is None
    assert dates.modified == "2025-02-20"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Page last reviewed 20 February 2025</p>",
        "<p>Zuletzt aktualisiert: 20.02.2025</p>",
        "<p>Mis à jour le 20 février 2025</p>",
        "<p>最后更新 2025年2月20日</p>",
        "<dl><dt>Last updated</dt><dd>20 February 2025</dd></dl>",
        "<div>Last updated</div><div>20 February 2025</div>",
    ],
)
def test_a_label_of_a_change_is_known_in_many_languages(body: str) -> None:
    dates = find_page_dates(parse_html(page(body)), URL)

    assert (dates.issued, dates.modified) == (None, "2025-02-20")


@pytest.mark.parametrize(
    ("lang", "printed"),
    [
        ("he", "עודכן לאחרונה: 20 בפברואר 2025"),
        ("el", "Τελευταία ενημέρωση: 20 Φεβρουαρίου 2025"),
        ("vi", "Cập nhật lần cuối: 20/2/2025"),
        ("hu", "Utolsó módosítás: 2025. február 20."),
        ("cs", "Poslední změna: 20. února 2025"),
        ("sk", "Posledná zmena: 20. februára 2025"),
        ("hr", "Zadnja izmjena: 20. veljače 2025."),
        ("sr", "Последња измена: 20. фебруар 2025."),
        ("sl", "Zadnja sprememba: 20. februar 2025"),
        ("ro", "Ultima modificare: 20 februarie 2025"),
        ("bg", "Последна промяна: 20 февруари 2025"),
        ("uk", "Остання зміна: 20 лютого 2025"),
        ("fa", "آخرین ویرایش: ۲ اسفند ۱۴۰۳"),
        ("hi", "अंतिम अद्यतन: 20 फ़रवरी 2025"),
        ("th", "แก้ไขล่าสุด 20 กุมภาพันธ์ 2568"),
        ("id", "Terakhir diperbarui: 20 Februari 2025"),
        ("ms", "Kemas kini terakhir: 20/02/2025"),
        ("sw", "Imesasishwa: 20/02/2025"),
        ("da", "Senest ændret: 20. februar 2025"),
        ("nb", "Sist endret: 20. februar 2025"),
        ("fi", "Muokattu viimeksi 20.2.2025"),
        ("et", "Viimati muudetud: 20.02.2025"),
        ("lv", "Pēdējās izmaiņas: 20.02.2025"),
        ("lt", "Paskutinį kartą atnaujinta: 2025-02-20"),
        ("ko", "최종 업데이트: 2025년 2월 20일"),
        ("ja", "改訂：2025年2月20日"),
        ("ar", "تاريخ التعديل: 20 فبراير 2025"),
        ("tr", "Son değişiklik: 20 Şubat 2025"),
    ],
)
def test_a_label_of_a_change_dates_no_page_in_any_language(lang: str, printed: str) -> None:
    assert issued(page(f"<p>{printed}</p>", lang=lang)) is None


@pytest.mark.parametrize(
    ("lang", "printed"),
    [
        ("de", "Veröffentlicht am 20. Februar 2025, zuletzt aktualisiert am 5. März 2025"),
        ("pl", "Data publikacji: 20 lutego 2025, aktualizacja: 5 marca 2025"),
        ("cs", "Zveřejněno 20. února 2025, aktualizováno 5. března 2025"),
        ("en", "20 February 2025 (updated 5 March 2025)"),
    ],
)
def test_of_a_line_with_two_labels_the_date_of_publication_is_read(lang: str, printed: str) -> None:
    dates = find_page_dates(parse_html(page(f'<p class="date">{printed}</p>', lang=lang)), URL)

    assert dates.issued is not None
    assert (dates.issued.value, dates.modified) == ("2025-02-20", "2025-03-05")


def test_a_label_after_its_date_is_not_of_the_next_date() -> None:
    body = '<p class="date">2025年3月5日更新、2025年2月20日発表</p>'

    assert day(page(body, lang="ja")) in {"", "2025-02-20"}


@pytest.mark.parametrize(
    "head",
    [
        script('{"@type": "WebSite", "datePublished": "2009-01-01"}'),
        script('{"@type": "Organization", "datePublished": "2009-01-01"}'),
        script(
            '{"@type":"Article","headline":"X","citation":{"@type":"Report",'
            '"datePublished":"2011-06-01"}}'
        ),
        script(
            '{"@type":"Report","@id":"https://other.example/r","datePublished":"2011-06-01"}'
        ),
        script(
            '{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle",'
            '"datePublished":"2011-06-01"}]}'
        ),
        script('{"@type":"Article","url":"https://fen.example/a","datePublished":"2011-06-01"},')
        + script('{"@type":"Article","url":"https://fen.example/b","datePublished":"2012-06-01"}')
        + script('{"@type":"Article","url":"https://fen.example/c","datePublished":"2013-06-01"}'),
        '<meta property="article:modified_time" content="2025-02-20">',
    ],
)  # fmt: skip
def test_the_date_of_another_work_is_not_the_pages(head: str) -> None:
    assert issued(page(head=head)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!--", "-->"),
        ("<![CDATA[", "]]>"),
        ("//<![CDATA[\n", "\n//]]>"),
        ("/*<![CDATA[*/", "/*]]>*/"),
    ],
)
def test_json_ld_is_read_in_the_wrappings_of_old_pages(before: str, after: str) -> None:
    json = '{"@type": "Article", "datePublished": "2025-02-14"}'

    assert day(page(head=script(f"{before}{json}{after}"))) == "2025-02-14"


def test_the_work_that_is_the_page_is_believed_before_others() -> None:
    head = script(
        '{"@graph":[{"@type":"Article","url":"/news/other","datePublished":"2011-06-01"},'
        '{"@type":"NewsArticle","mainEntityOfPage":{"@id":"https://www.fen.example/news/sluice/"},'
        '"datePublished":"2025-02-14","dateModified":"2025-02-20T08:00:00Z"}]}'
    )

    dates = find_page_dates(parse_html(page(head=head)), URL)

    assert dates.issued == Issued("2025-02-14", "2025-02-14", "json-ld")
    assert dates.modified == "2025-02-20T08:00Z"


@pytest.mark.parametrize(
    ("lang", "url", "body", "value"),
    [
        ("en-US", URL, '<p class="date">2/6/2026</p>', "2026-02-06"),
        ("en-GB", URL, '<p class="date">2/6/2026</p>', "2026-06-02"),
        ("en", "https://ag.state.gov/a", '<p class="date">2/6/2026</p>', "2026-02-06"),
        ("en", "https://fen.gov.uk/a", '<p class="date">2/6/2026</p>', "2026-06-02"),
        ("en", URL, '<p class="date">2/6/2026</p><p>Hearing: 2/23/2026</p>', "2026-02-06"),
        ("en", URL, '<p class="date">2/6/2026</p><p>Hearing: 23/7/2026</p>', "2026-06-02"),
        ("en-US", "https://fen.co.uk/a", '<p class="date">2/6/2026</p>', ""),
    ],
)
def test_numbers_are_ordered_by_language_site_and_other_dates(
    lang: str, url: str, body: str, value: str
) -> None:
    assert day(page(body, lang=lang), url) == value


def test_a_date_in_an_unknown_order_is_unclear_and_not_guessed() -> None:
    dates = find_page_dates(parse_html(page('<p class="date">2/6/2026</p>')), URL)

    assert dates.issued is None
    assert dates.unclear is not None
    assert dates.unclear.printed == "2/6/2026"
    assert dates.unclear.alternatives == ("2026-06-02", "2026-02-06")


def test_the_address_decides_between_two_readings() -> None:
    dated = issued(page('<p class="date">2/6/2026</p>'), "https://fen.example/2026/02/06/sluice")

    assert dated is not None
    assert (dated.value, dated.is_guess) == ("2026-02-06", True)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/2021/03/04/sluice", "2021-03-04"),
        ("/2021-03-04-sluice", "2021-03-04"),
        ("/news/20210304/sluice", "2021-03-04"),
        ("/budget-2011-12", ""),
        ("/budget/2011/12", ""),
        ("/2021/03/04/on-2022-05-06", ""),
        ("/id/202103045", ""),
    ],
)
def test_only_a_whole_day_in_an_address_is_one(path: str, value: str) -> None:
    assert day(page(), f"https://fen.example{path}") == value


@pytest.mark.parametrize(
    ("stamp", "body", "url", "value"),
    [
        ("2025-01-01T04:30:00Z", "<p>31 December 2024</p>", URL, "2024-12-31"),
        ("2025-01-01T04:30:00Z", "", "https://fen.example/2024/12/31/a", "2024-12-31"),
        ("2025-01-01T04:30:00Z", "<p>1 January 2025</p>", URL, "2025-01-01T04:30Z"),
        ("2025-01-01T04:30:00Z", "<p>5 January 2025</p>", URL, "2025-01-01T04:30Z"),
        ("2025-01-01T04:30:00+02:00", "<p>31 December 2024</p>", URL, "2025-01-01T04:30+02:00"),
    ],
)
def test_a_time_in_utc_is_of_the_day_that_the_page_prints(
    stamp: str, body: str, url: str, value: str
) -> None:
    head = f'<meta property="article:published_time" content="{stamp}">'

    assert day(page(body, head), url) == value


@pytest.mark.parametrize(
    "body",
    [
        "<p>Deadline: 3 May 2020</p>",
        "<p>Date of hearing: 3 May 2020</p>",
        "<p>Copyright © 2015 Fen Board. 3 May 2020</p>",
        '<p class="date">Event: 3 May 2020</p>',
    ],
)
def test_the_date_of_something_else_is_not_stated(body: str) -> None:
    dated = issued(page(body))

    assert dated is None or dated.is_guess


def test_a_placeholder_is_no_date() -> None:
    stamp = '<meta property="article:published_time" content="1970-01-01T00:00:00Z">'

    assert issued(page(head=stamp)) is None


@pytest.mark.parametrize(
    ("lang", "printed"), [("ne", "२०८१-०१-१५"), ("am", "05/07/2016"), ("ar", "3 رمضان 1445")]
)
def test_a_calendar_that_is_not_converted_dates_no_page(lang: str, printed: str) -> None:
    assert issued(page(f'<p class="date">{printed}</p>', lang=lang)) is None


def test_dates_of_other_pages_are_not_the_pages() -> None:
    related = '<div class="related"><h3>More</h3><time datetime="2020-01-01">1 Jan</time></div>'
    card = '<article><h3>The barge</h3><time datetime="2020-01-02">2 January 2020</time></article>'

    markup = page().replace("<footer>", f"{related}{card}<footer>")

    assert issued(markup) is None


def test_a_deep_page_is_read_in_time_that_grows_with_its_size() -> None:
    deep = "<div class='comment-x'>" * 200 + "<p>1 2</p>" * 20_000 + "</div>" * 200

    assert day(page(f"<p>Published 14 February 2025</p>{deep}")) == "2025-02-14"


LONG = f"<p>{'The fen board regrets that the sluice was shut without a word. ' * 3}</p>"


@pytest.mark.parametrize(
    "body",
    [
        '<div><h3>More from the board</h3><div><a href="/a"><h4>The dam was seen</h4></a>'
        "<p>20 February 2025</p></div></div>",
        '<div><a href="/a"><h4>The dam was seen</h4></a><p>20 February 2025</p></div>',
        '<div><h4><a href="/a">The dam was seen</a></h4><p>20 February 2025</p></div>',
        '<div class="c4"><h3>Latest</h3><p><a href="/a">The dam</a><br>'
        '<time datetime="2025-02-20">20 February 2025</time></p></div>',
        "<h3>Читайте также</h3><p>20 февраля 2025</p>",
        "<h3>関連ニュース</h3><p>2025年2月20日</p>",
        "<h3>Aktuelles</h3><ul><li>20. Februar 2025</li></ul>",
        '<div><span>20 Feb 2025</span> <a href="/a">The dam was seen</a></div>',
        "<table><tr><td>Resolution 4</td><td>20 February 2025</td></tr>"
        "<tr><td>Resolution 5</td><td>4 May 2020</td></tr></table>",
        "<p>Accessed 20 February 2025</p>",
        "<p>On 20 February 2025 he died.</p>",
    ],
)
def test_a_date_of_another_page_or_of_the_text_is_not_stated(body: str) -> None:
    dated = issued(page(LONG + body))

    assert dated is None or dated.read_from.startswith("guessed")


@pytest.mark.parametrize(
    "body",
    [
        '<p class="date">20 February 2025</p><h2>Latest</h2><p>5 March 2025</p>',
        '<p><a href="/office">Office of the Fen Board</a> 20 February 2025</p>',
        f"{LONG}<p>Done at Ely, 20 February 2025</p>",
        '<h2><a href="/n">Notice of the sluice</a></h2><p>20 February 2025</p>',
    ],
)
def test_the_pages_own_date_is_read_beside_those_of_others(body: str) -> None:
    assert day(page(body)) == "2025-02-20"


def test_a_heading_above_the_title_is_of_no_list() -> None:
    body = "<body><main><h2>News</h2><h1>Notice of the sluice</h1><p>20 February 2025</p></main>"

    assert day(f"<html lang=en><title>Notice of the sluice</title>{body}{TEXT}</html>") == (
        "2025-02-20"
    )


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="expires" content="Thu, 20 Feb 2025 10:00:00 GMT">',
        '<meta http-equiv="last-modified" content="Thu, 20 Feb 2025 10:00:00 GMT">',
        '<meta property="article:expiration_time" content="2025-02-20">',
        '<meta name="copyright" content="2025-02-20 Fen Board">',
        '<meta name="build-date" content="2025-02-20">',
        '<meta property="og:image" content="https://fen.example/2025/02/20/a.jpg">',
    ],
)
def test_metadata_of_something_else_is_not_even_a_guess(head: str) -> None:
    assert issued(page(head=head)) is None


def test_the_address_of_a_picture_is_not_even_a_guess() -> None:
    assert issued(page('<img src="/up/2025/02/20/a.jpg" alt="">')) is None


def test_a_guess_has_the_words_that_the_page_prints() -> None:
    dated = issued(page(f"<p>{'It was so. ' * 30}On 20 February 2025 men came to the sluice.</p>"))

    assert dated is None or (dated.is_guess and dated.printed == "20 February 2025")


def test_a_month_in_metadata_may_be_written_with_a_slash() -> None:
    head = '<meta name="citation_publication_date" content="2025/02">'

    assert day(page(head=head)) == "2025-02"


def test_the_digits_of_a_uuid_are_no_day() -> None:
    url = "https://fen.example/a/20250220-9f1c-4f00-8000-000000000000"

    assert issued(page(), url) is None


MIGRATED = script('{"@type": "Article", "datePublished": "2019-07-07T00:00:00Z"}')


def test_a_labelled_date_in_print_is_believed_before_that_of_new_software() -> None:
    markup = page('<p class="date">Published 1 March 1998</p>', head=MIGRATED)

    assert day(markup) == "1998-03-01"


def test_a_date_in_print_without_a_label_long_before_leaves_the_page_unclear() -> None:
    markup = page('<p class="date">1 March 1998</p>', head=MIGRATED)

    dates = find_page_dates(parse_html(markup), URL)

    assert dates.issued is None
    assert dates.unclear is not None
    assert dates.unclear.alternatives == ("1998-03-01", "2019-07-07")


def test_a_date_in_print_some_days_from_the_machines_keeps_that_of_the_machine() -> None:
    assert day(page('<p class="date">5 July 2019</p>', head=MIGRATED))[:10] == "2019-07-07"


def test_a_time_element_with_quite_another_stamp_has_the_day_that_it_prints() -> None:
    body = '<time datetime="2025-06-01T12:00:00Z">4 March 2024</time>'

    dated = issued(page(body))

    assert dated is not None
    assert (dated.value, dated.printed) == ("2024-03-04", "4 March 2024")


def test_a_range_across_two_years_dates_no_page() -> None:
    assert issued(page('<p class="date">December 2023 – January 2024</p>')) is None
