import pytest

from archive.models import Outcome
from archive.warc.read_exchanges import read_exchanges
from scrapers.fetch.classify.block_page_rules import block_page_rules
from scrapers.fetch.classify.classify_response import _visible_length, judge_response
from tests.support.paths import SHARED
from tests.support.steps import assert_steps_grow_linearly

CAPTURES = SHARED / "web"
HTML = (("Content-Type", "text/html; charset=utf-8"),)

ARTICLE = (
    "<html><head><title>Minister on human checks at the border</title>"
    '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
    '<script src="/akam/13/pixel"></script><script>var bobcmn = 1;</script></head><body>'
    '<form class="login"><input type="password" name="p"></form><h1>Border</h1>'
    + "<p>The Minister said that officers verify you are human, that access denied notices are "
    "rare, and that the page not found by visitors last week has been put back.</p>"
    * 12
    + "</body></html>"
).encode()


def page(title: str, body: str = "<p>One moment.</p>") -> bytes:
    head = f"<!DOCTYPE html><html><head><title>{title}</title></head>"
    return f"{head}<body>{body}</body></html>".encode()


WALLS = {
    "Cloudflare": page("Just a moment...", "<script>window._cf_chl_opt={cv:'3'};</script>"),
    "Cloudflare, refused": page("Attention", "<div id='cf-error-details'>Blocked</div>"),
    "Akamai": page("Access Denied", "You may not see this. Reference&#32;&#35;18&#46;ab"),
    "AWS WAF": page("", "<script>window.gokuProps = {'key': 'x'};</script>"),
    "F5": page("Request Rejected", "The requested URL was rejected. Your support ID is: 12"),
    "DDoS-Guard": page("DDoS-Guard", "<p>Checking your browser before accessing us</p>"),
    "Imperva": page("", "<iframe src='/_Incapsula_Resource?x'>Request unsuccessful.</iframe>"),
    "DataDome": page("x.example", "<script src='https://ct.captcha-delivery.com/c.js'></script>"),
    "PerimeterX": page("Denied", '<div id="px-captcha"></div>'),
    "Sucuri": page("", "<script>sucuri_cloudproxy_js='';</script>"),
    "bot": page("Wait", "<p>Verifying you are human. This may take a few seconds.</p>"),
}


@pytest.mark.parametrize("status", [200, 202, 403, 404, 429, 503])
@pytest.mark.parametrize("wall", WALLS)
def test_a_bot_block_page_is_blocked_whatever_its_status(status: int, wall: str) -> None:
    outcome, note = judge_response(status, HTML, WALLS[wall])

    assert outcome is Outcome.BLOCKED
    assert wall.split(",")[0] in note
    assert "bot wall" in note


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CF-Mitigated", "challenge"),
        ("x-amzn-waf-action", "captcha"),
        ("X-DataDome", "protected"),
        ("X-Sucuri-Block", "EXPVP"),
    ],
)
def test_a_bot_block_page_is_recognized_by_its_headers(name: str, value: str) -> None:
    assert judge_response(200, (*HTML, (name, value)), ARTICLE)[0] is Outcome.BLOCKED


def test_an_article_with_words_and_scripts_of_block_pages_is_a_page() -> None:
    assert judge_response(200, HTML, ARTICLE) == (Outcome.OK, "")


@pytest.mark.parametrize(
    ("status", "outcome", "note"),
    [
        (304, Outcome.UNCHANGED, ""),
        (301, Outcome.SERVER_ERROR, "301 without a Location"),
        (401, Outcome.BLOCKED, "401: a login is asked for"),
        (403, Outcome.BLOCKED, "403: forbidden"),
        (404, Outcome.GONE, "404: not found"),
        (410, Outcome.GONE, "410: gone"),
        (418, Outcome.SERVER_ERROR, "418: not a page"),
        (429, Outcome.BLOCKED, "429: too many requests"),
        (451, Outcome.BLOCKED, "451: unavailable for legal reasons"),
        (500, Outcome.SERVER_ERROR, "500: not a page"),
        (503, Outcome.SERVER_ERROR, "503: not a page"),
        (204, Outcome.SUSPECT, "204: not a whole page"),
        (203, Outcome.OK, ""),
        (206, Outcome.SUSPECT, "206: not a whole page"),
        (200, Outcome.OK, ""),
        (None, Outcome.OK, ""),
    ],
)
def test_each_status_has_one_outcome(status: int | None, outcome: Outcome, note: str) -> None:
    assert judge_response(status, HTML, page("Statement", "<p>We are aware.</p>")) == (
        outcome,
        note,
    )


def test_a_redirect_needs_a_location() -> None:
    assert judge_response(302, (("location", "/new"),), b"")[0] is Outcome.REDIRECT


@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_page_is_suspect(body: bytes) -> None:
    assert judge_response(200, HTML, body) == (Outcome.SUSPECT, "200 with an empty body")


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "Error 404 | Ministry",
        "Page not found",
        "The page could not be found",
        "Seite nicht gefunden – Ministerium",
        "Page introuvable",
        "Página no encontrada",
        "Страница не найдена",
        "الصفحة غير موجودة",
        "页面不存在",
    ],
)
def test_a_page_that_says_it_was_not_found_is_suspect(title: str) -> None:
    outcome, note = judge_response(200, HTML, page(title))

    assert outcome is Outcome.SUSPECT
    assert "not found" in note


@pytest.mark.parametrize("title", ["404 days in detention", "Page of honour", "Statement 410/2017"])
def test_a_statement_with_such_a_number_is_a_page(title: str) -> None:
    assert judge_response(200, HTML, page(title))[0] is Outcome.OK


@pytest.mark.parametrize("title", ["Log in", "Sign in to continue", "Anmelden", "Вход в систему"])
def test_a_login_page_is_blocked(title: str) -> None:
    form = "<form><input name='u'><input type='password' name='p'></form>"

    assert judge_response(200, HTML, page(title, form)) == (
        Outcome.BLOCKED,
        "200, but a login page",
    )


@pytest.mark.parametrize("title", ["Before you continue", "Cookie consent", "Bevor Sie fortfahren"])
def test_a_consent_page_is_suspect(title: str) -> None:
    assert judge_response(200, HTML, page(title))[0] is Outcome.SUSPECT


@pytest.mark.parametrize("media_type", ["application/rss+xml", "application/json", "text/plain"])
def test_feeds_and_data_are_not_searched_for_block_pages(media_type: str) -> None:
    headers = (("Content-Type", media_type),)

    assert judge_response(200, headers, b'{"title": "verify you are human"}')[0] is Outcome.OK


def test_a_block_page_with_the_media_type_of_data_is_recognized() -> None:
    headers = (("Content-Type", "application/json"),)

    assert judge_response(200, headers, WALLS["Cloudflare"])[0] is Outcome.BLOCKED


HOSTILE_PIECES = [
    *(b"<script>", b"<!--", b"<", b"<title", b"<input ", b"< ", b"&nbsp;", b"<script"),
    *(b"<script></script>", b"<!---->", b"<script></script", b"<!-- -", b"<style"),
]


@pytest.mark.parametrize("piece", HOSTILE_PIECES)
def test_hostile_markup_is_judged_in_steps_in_proportion_to_it(piece: bytes) -> None:
    start = b"<html><title>log in</title>verify you are human<input type=password>"

    assert judge_response(200, HTML, start + piece * 60_000)
    assert_steps_grow_linearly(lambda size: judge_response(200, HTML, start + piece * size), 2000)


class SearchedBytes(bytes):
    """Bytes that count how many of them `find` has looked at."""

    searched = 0

    def find(self, wanted: bytes, start: int = 0) -> int:  # type: ignore[override]
        position = super().find(wanted, start)
        self.searched += (len(self) if position < 0 else position + len(wanted)) - start
        return position


@pytest.mark.parametrize("piece", HOSTILE_PIECES)
def test_no_byte_of_hostile_markup_is_searched_again_and_again(piece: bytes) -> None:
    page = SearchedBytes(piece * 5000)

    _visible_length(page, 1 << 60)

    assert page.searched <= 4 * len(page)


@pytest.mark.skipif(not CAPTURES.is_dir(), reason=f"no captured pages at {CAPTURES}")
def test_every_captured_article_feed_and_answer_is_a_page() -> None:
    judged = 0
    for path in sorted(CAPTURES.glob("*.warc.gz")):
        for number, exchange in enumerate(read_exchanges(path)):
            if "-feed-" in path.name and number % 20:
                continue  # near-copies of each other
            assert exchange.response
            verdict = judge_response(exchange.response.status, exchange.headers, exchange.body())
            assert verdict == (Outcome.OK, ""), exchange.url
            judged += 1
    assert judged > 100


# As vendors' public documentation describes their pages; the words are ours.
_VENDOR_PAGES = {
    "Anubis": '<script id="anubis_challenge" type="application/json">{}</script><p>One moment.</p>',
    "Deflect": "<script>document.cookie='deflect_challenge4=x'</script><p>Turn the pieces.</p>",
    "Arvan": "<script>document.cookie='__arcsjs=1'</script><p>Going to the site.</p>",
    "Aliyun": "<script>var arg1='AB';var x='acw_sc__v2';</script>",
    "Azure": '<form action="/.azwaf/jsc/verify"></form><p>Looking at your browser.</p>',
    "SiteGround": '<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F">',
    "Yandex": "<script src='https://smartcaptcha.yandexcloud.net/captcha.js'></script>"
    "<div class='captcha-container'></div>",
    "Servicepipe": "<script src='https://servicepipe.ru/static/checkjs.js'></script>",
    "Wordfence": "<p>You are kept out.</p><p>Generated by Wordfence at 10:00</p>",
    "go-away": "<script src='/.well-known/.git.gammaspectra.live/git/go-away/cmd/x.js'></script>",
}


@pytest.mark.parametrize("vendor", _VENDOR_PAGES)
def test_a_block_page_is_known_by_what_its_vendor_puts_in_it(vendor: str) -> None:
    outcome, note = judge_response(200, HTML, page("A ministry", _VENDOR_PAGES[vendor]))

    assert (outcome, note) == (Outcome.BLOCKED, f"200: {vendor} bot wall")


def test_a_script_that_a_vendor_puts_in_every_page_makes_no_block_page() -> None:
    words = "<p>The board regrets that the sluice was shut without a word to the fishers.</p>" * 4
    script = "<script>window.__CF$cv$params={r:'1'};</script>"

    assert judge_response(200, HTML, page("Notice", words + script)) == (Outcome.OK, "")
    assert judge_response(200, HTML, page("Notice", script))[0] is Outcome.BLOCKED


def test_a_captcha_with_next_to_no_words_is_a_block_page() -> None:
    widget = '<div class="h-captcha" data-sitekey="x"></div>'
    words = "<p>The board regrets that the sluice was shut without a word to the fishers.</p>" * 4

    assert (
        judge_response(200, HTML, page("Hold on", f"<p>One check.</p>{widget}"))[1]
        == "200: captcha"
    )
    assert judge_response(200, HTML, page("Write to us", words + widget)) == (Outcome.OK, "")


def test_a_statement_of_a_suspended_account_is_a_statement() -> None:
    words = "<p>The board regrets that its account was suspended, and asks the host why.</p>" * 4

    assert judge_response(200, HTML, page("Our account suspended", words)) == (Outcome.OK, "")


def test_a_parked_domain_is_suspect() -> None:
    body = page("ministry.example", "<p>This domain is for sale.</p>")

    assert judge_response(200, HTML, body) == (Outcome.SUSPECT, "200: parked domain")


@pytest.mark.parametrize(
    ("refresh", "outcome"),
    [
        ('<meta http-equiv="refresh" content="0; url=/en/start">', Outcome.SUSPECT),
        ("<META HTTP-EQUIV=Refresh CONTENT='5;URL=https://new.example/'>", Outcome.SUSPECT),
        ('<meta http-equiv="refresh" content="300">', Outcome.OK),
        ('<script>window.location.replace("/new/place");</script>', Outcome.SUSPECT),
        ("<script>if (old) { show(location.href) }</script>", Outcome.OK),
    ],
)
def test_a_page_that_only_leads_on_is_suspect(refresh: str, outcome: Outcome) -> None:
    assert judge_response(200, HTML, page("Moved", f"{refresh}<p>Please wait.</p>"))[0] is outcome


def test_every_block_page_file_has_a_name_and_marks() -> None:
    for rule in block_page_rules():
        assert rule.name
        assert rule.marks or rule.marks_of_empty
        assert all(
            mark == mark.lower() for marks in (*rule.marks, *rule.marks_of_empty) for mark in marks
        )
