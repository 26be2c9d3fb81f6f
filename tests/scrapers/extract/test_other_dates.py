"""Dates in print that are of something else than the page: the request, comments, events, files."""

import pytest

from scrapers.extract.publication_date import find_page_dates
from scrapers.parse.html.html_tree import parse_html

URL = "https://fen.example/news/sluice"
TITLE = "<h1>Notice of the sluice</h1>"
TEXT = (
    "<p>The fen board regrets that the sluice was shut without a word to the fishers of the lower "
    "bank, and that the water rose in the night above the mark of the old mill.</p>"
) * 3
MENU = "".join(f'<a href="/{name}">{name}</a> ' for name in ("news", "dams", "mills", "eels"))


def page(body: str, *, lang: str = "en", title: str = "Notice of the sluice") -> str:
    return f'<html lang="{lang}"><head><title>{title}</title></head><body>{body}</body></html>'


def stated(markup: str) -> str:
    dated = find_page_dates(parse_html(markup), URL).issued
    return dated.value[:10] if dated and not dated.is_guess else ""


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "<div>Today is Friday, 20 November 2019</div>"),
        ("de", "<div>Heute: 20.11.2019</div>"),
        ("fr", "<div>Nous sommes le mercredi 20 novembre 2019</div>"),
        ("es", "<div>Hoy es miércoles, 20 de noviembre de 2019</div>"),
        ("en", '<div class="masthead"><span>Nov. 20, 2019</span></div>'),
        ("en", '<div class="site-header__date">Nov. 20, 2019</div>'),
        ("en", '<div class="top-bar"><span class="date">Nov. 20, 2019</span></div>'),
        ("en", '<div><span class="current-date">Nov. 20, 2019</span></div>'),
        ("en", f"<div>Ely, Wednesday 20 November 2019</div><div>{MENU}</div>"),
        ("en", f'<div class="date">20 November 2019</div><div>{MENU}</div>'),
        ("en", "<div>Wednesday 20 November 2019</div>"),
        ("en", "<div>Last login: 12 May 2019</div>"),
        ("en", '<div class="weather">Ely 20 Nov 2019 3°C</div>'),
    ],
)
def test_the_day_of_the_request_in_a_sites_header_is_not_the_pages(lang: str, body: str) -> None:
    assert stated(page(f"{body}<div><div>{TITLE}{TEXT}</div></div>", lang=lang)) == ""


@pytest.mark.parametrize(
    "above",
    [
        '<div class="date">18 November 2019</div>',
        "<p>18 November 2019</p>",
        f'<div>{MENU}</div><p class="date">18 November 2019</p>',
    ],
)
def test_the_pages_own_date_above_its_title_is_stated(above: str) -> None:
    assert stated(page(f"<main><div>{above}{TITLE}{TEXT}</div></main>")) == "2019-11-18"


@pytest.mark.parametrize(
    "body",
    [
        "<h3>3 Comments</h3><ol><li><b>Ann</b> <span>May 14, 2012 at 8:00 pm</span></li></ol>",
        '<h4>2 Responses to the Notice</h4><div><time datetime="2012-05-14">14 May</time></div>',
        "<h3>Ein Kommentar</h3><p>Eva, 14.05.2012</p>",
        "<p>Ann says: May 14, 2012 at 8:00 pm</p>",
        '<div class="reply"><b>Ann</b> 14 May 2012, 10:11</div>',
        '<a href="/a"><img src="a.jpg"><time datetime="2020-01-02">2 January 2020</time>'
        "<span>The barge was seen again</span></a>",
        '<div><a href="/b">Barge</a><span>12 May 2018</span></div>',
        '<ul><li><a href="/2017/05">May 2017</a></li><li><a href="/2017/04">April 2017</a></li>',
        '<table><caption>May 2017</caption><tr><td>1</td></tr></table>',
        '<div class="event"><span class="date">24 May 2030</span></div>',
        "<p>Next issue: 12 May 2030</p>",
        "<blockquote>The sluice, 12 May 2012</blockquote>",
        "<p>Report.pdf (12.05.2012, 200 kB)</p>",
    ],
)  # fmt: skip
def test_a_date_of_comments_cards_archives_and_files_after_the_text_is_not_the_pages(
    body: str,
) -> None:
    assert stated(page(f"<div>{TITLE}{TEXT}{body}</div>")) == ""


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "<dl><dt>When</dt><dd>12 May 2030</dd><dt>Where</dt><dd>Ely</dd></dl>"),
        ("de", "<p>Wann: 12.05.2030, 19 Uhr<br>Wo: Ely</p>"),
        ("de", "<p>Anmeldung bis 12.05.2030</p>"),
        ("de", "<p>In Kraft seit 12.05.2009</p>"),
        ("en", "<ul><li>Publisher: Fen Press (12 May 2009)</li></ul>"),
        ("en", "<figure><figcaption>12 May 2009</figcaption></figure>"),
        ("en", '<p class="caption">Ely, 12 May 2009 (AP Photo)</p>'),
        ("en", "<p>* 12.05.1941</p>"),
        ("en", '<div class="author">A. Reeve<br>Member since: 12 May 2009</div>'),
        ("en", '<ul><li><a href="a.pdf">Minutes of 12 May 2012</a></li></ul>'),
        ("en", "<p>Prices as of 12 May 2012</p>"),
        ("en", '<time class="entry-updated" datetime="2018-11-12">November 12, 2018</time>'),
        ("en", '<p><span class="modified-date">November 12, 2018</span></p>'),
    ],
)
def test_a_date_of_something_else_near_the_title_is_not_the_pages(lang: str, body: str) -> None:
    assert stated(page(f"<div>{TITLE}{body}{TEXT}</div>", lang=lang)) == ""


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", f'<h2 class="date-header">Saturday, May 12, 2012</h2>{TITLE}{TEXT}'),
        (
            "en",
            f'{TITLE}{TEXT}<div class="post-footer">Posted by Reeve at <abbr class="published" '
            'title="2012-05-12T10:00:00-07:00">10:00 AM</abbr></div>',
        ),
        (
            "en",
            f'<article>{TITLE}{TEXT}<footer class="entry-footer">Posted on <a href="/x"><time '
            'class="entry-date published" datetime="2012-05-12">May 12</time></a></footer>'
            "</article>",
        ),
        (
            "en",
            f"{TITLE}{TEXT}<p>This entry was posted on Saturday, May 12th, 2012 at 10:00 am and is "
            'filed under <a href="/c">News</a>. You can follow responses to it by the feed.</p>',
        ),
        ("de", f"{TITLE}<p>von Hans Reeve am 12. Mai 2012 in Allgemein</p>{TEXT}"),
        (
            "en",
            '<div class="date"><span class="month">May</span><span class="day">12</span>'
            f'<span class="year">2012</span></div>{TITLE}{TEXT}',
        ),
        ("de", f'{TITLE}{TEXT}<p class="postmetadata">12. Mai 2012 | <a href="/c">Ely</a></p>'),
        ("en", f"{TITLE}<p>USA TODAY May 12, 2012</p>{TEXT}"),
        (
            "en",
            f'{TITLE}<div>Joined: 12 May 2009</div><p class="author">by Reeve » Sat May 12, 2012 '
            f"10:00 am</p>{TEXT}",
        ),
    ],
)
def test_the_date_of_an_entry_is_read_where_blogs_print_it(lang: str, body: str) -> None:
    assert stated(page(f"<div>{body}</div>", lang=lang)) == "2012-05-12"


def test_a_page_of_several_entries_has_no_date_of_its_own() -> None:
    entries = "".join(
        f'<div class="post"><h2><a href="/{name}">The {name}</a></h2>'
        f"<small>May {number}th, 2017</small>{TEXT}</div>"
        for name, number in (("barge", 14), ("dam", 12))
    )

    assert stated(page(entries, title="Fen blog")) == ""


@pytest.mark.parametrize(
    "body",
    [
        f"{TEXT}<p>Posted by Ann at 14 May 2012 20:00</p><p>Posted by Eva at 15 May 2012 21:00</p>",
        f"{TEXT}<p>The report was published on 14 May 2009.</p>{TEXT}",
        f"<p>The song was released on 14 May 2009.</p>{TEXT}",
        f"<p>Das Buch ist am 14.05.2009 erschienen.</p>{TEXT}",
        f"{TEXT}<div>May 14, 2017</div><p>The dam was seen</p><div>May 13, 2017</div>",
        f"{TEXT}<p>Correction: May 14, 2012</p>",
        f"{TEXT}<h4>Termine</h4><ul><li>14.05.2030 Fest</li><li>15.05.2030 Markt</li></ul>",
    ],
)
def test_labels_of_comments_of_sentences_and_of_lists_date_no_page(body: str) -> None:
    assert stated(page(f"<div>{TITLE}{body}</div>")) == ""


@pytest.mark.parametrize(
    "date",
    ['<p class="info">12 May 2012</p>', "<p>Posted on 12 May 2012</p>", "<p>12 May 2012</p>"],
)
def test_the_date_before_the_text_is_believed_before_a_label_after_it(date: str) -> None:
    comment = "<p>Posted by Ann at 14 May 2012 20:00</p>"

    assert stated(page(f"<div>{TITLE}{date}{TEXT}{comment}</div>")) == "2012-05-12"


def test_a_label_after_the_text_contradicts_no_metadata() -> None:
    head = '<meta property="article:published_time" content="2012-05-02">'
    comment = "<p>Posted by Ann at 14 May 2012 20:00</p>"

    assert stated(page(f"{head}<div>{TITLE}{TEXT}{comment}</div>")) == "2012-05-02"
