"""The reading room in a real browser: a newcomer's path, and hostile archived pages."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.support.hostile_page import ARABIC, hostile_page
from tests.support.reading_room_server import (
    RELEASE,
    SITE,
    Beacon,
    RunningRoom,
    create_archive_of_pages,
    serve_archive,
)

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver (Debian: chromium-driver)"
)
Browser = webdriver.Chrome
STAMP = "20240305093000"
SHADOW = "document.querySelector('archived-page').shadowRoot"


def start_browser(*options: str) -> Browser:
    chrome_options = webdriver.ChromeOptions()
    chrome_options.binary_location = CHROMIUM or ""
    for option in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        *options,
    ):
        chrome_options.add_argument(option)
    browser = webdriver.Chrome(options=chrome_options, service=Service(DRIVER or ""))
    browser.set_page_load_timeout(20)
    return browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = start_browser("--window-size=1280,900")
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def beacon() -> Iterator[Beacon]:
    with Beacon().listening() as browser:
        yield browser


@pytest.fixture(scope="module")
def hostile_room(beacon: Beacon, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRoom]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999" onload="x()"/>'
    pages = {"pd-2024-66.html": hostile_page(beacon.port), "pd-2024-67.html": ARABIC}
    requisites = {f"{SITE}x": ("image/svg+xml", svg.encode())}
    with serve_archive(create_archive_of_pages(folder, pages, requisites)) as served:
        yield served


@pytest.fixture(scope="module")
def proxied_browser(beacon: Beacon) -> Iterator[Browser]:
    """Return a browser whose proxy for every other host is the beacon."""
    browser = start_browser(
        f"--proxy-server=http://127.0.0.1:{beacon.port}",  # for every host but this machine
        "--window-size=1280,900",
    )
    yield browser
    browser.quit()


def wait_until(seconds: float, condition: Callable[[], object]) -> bool:
    """Wait until `condition` holds, at most `seconds`; return whether it does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def find(browser: Browser, css: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, css)


def wait_until_loaded(browser: Browser) -> None:
    wait_until(10, lambda: browser.execute_script("return document.readyState") == "complete")


def test_the_beacon_records_requests_of_a_page_without_sandbox(
    proxied_browser: Browser, beacon: Beacon
) -> None:
    proxied_browser.get("data:text/html,<img src='http://anybody.example/control.png'>")

    assert wait_until(5, lambda: any("control.png" in option for option in beacon.paths))
    beacon.paths.clear()


@pytest.mark.parametrize("kind", ["", "id_", "mp_"])
def test_a_hostile_page_sends_nothing_and_runs_nothing(
    proxied_browser: Browser, beacon: Beacon, hostile_room: RunningRoom, kind: str
) -> None:
    beacon.paths.clear()

    proxied_browser.get(f"{hostile_room.replay_url}/web/{STAMP}{kind}/{SITE}pd-2024-66.html")
    wait_until_loaded(proxied_browser)
    wait_until(1.5, lambda: beacon.paths)

    assert beacon.paths == []
    assert proxied_browser.title != "pwned"
    assert proxied_browser.current_url.startswith(hostile_room.replay_url)


def test_a_hostile_page_framed_by_our_own_sends_nothing(
    proxied_browser: Browser, beacon: Beacon, hostile_room: RunningRoom
) -> None:
    name = hostile_room.get("/api/v1/statements/meridian_panel:PD_2024_66").json()["capture"]
    beacon.paths.clear()

    proxied_browser.get(f"{hostile_room.url}/capture/{name}")
    wait_until_loaded(proxied_browser)
    wait_until(1.5, lambda: beacon.paths)

    assert beacon.paths == []
    assert "pwned" not in proxied_browser.title
    frame = find(proxied_browser, "iframe.page")
    assert frame.get_attribute("sandbox") == ""
    assert frame.get_attribute("src").startswith(hostile_room.replay_url)  # type: ignore[union-attr]


def test_no_style_sheet_of_an_archived_page_covers_or_hides_the_banner(
    proxied_browser: Browser, hostile_room: RunningRoom
) -> None:
    proxied_browser.get(f"{hostile_room.replay_url}/web/{STAMP}/{SITE}pd-2024-66.html")

    top = proxied_browser.execute_script(
        "return document.elementFromPoint(20, 20).closest('.banner')"
    )
    assert top is not None
    assert top.is_displayed()
    assert "Archived copy" in top.text


def test_a_javascript_link_does_nothing(
    proxied_browser: Browser, hostile_room: RunningRoom
) -> None:
    proxied_browser.get(f"{hostile_room.replay_url}/web/{STAMP}/{SITE}pd-2024-66.html")

    proxied_browser.execute_script(f"{SHADOW}.getElementById('js')?.click()")

    assert proxied_browser.title != "pwned"


@pytest.mark.parametrize(
    "path",
    ["/search?q=panel", "/statement/meridian_panel:PD_2024_66", "/timeline?q=panel", "/sources"],
)
def test_hostile_markup_is_escaped_on_our_pages(
    proxied_browser: Browser, beacon: Beacon, hostile_room: RunningRoom, path: str
) -> None:
    beacon.paths.clear()

    proxied_browser.get(hostile_room.url + path)

    text = proxied_browser.find_element(By.TAG_NAME, "body").text
    assert "\u202e" not in proxied_browser.page_source
    assert path == "/sources" or "<script>alert(1)</script>" in text
    assert beacon.paths == []


def test_a_statement_in_arabic_reads_from_right_to_left(
    proxied_browser: Browser, hostile_room: RunningRoom
) -> None:
    proxied_browser.get(f"{hostile_room.url}/statement/meridian_panel:PD_2024_67")

    paragraph = find(proxied_browser, "#p1")
    assert paragraph.value_of_css_property("direction") == "rtl"
    assert find(proxied_browser, "h1").value_of_css_property("direction") == "rtl"


def test_a_newcomer_gets_from_a_phrase_to_a_citation(browser: Browser, room: RunningRoom) -> None:
    browser.get(room.url)
    find(browser, "#q").send_keys('"held without charge"', Keys.ENTER)
    wait_until(10, lambda: browser.find_elements(By.CSS_SELECTOR, ".hit"))
    browser.find_elements(By.CSS_SELECTOR, ".hit h2 a")[1].click()
    wait_until(10, lambda: browser.find_elements(By.CSS_SELECTOR, "mark#words"))
    assert find(browser, "#quote").get_attribute("value") == "held without charge"
    find(browser, "section.card form button").click()
    wait_until(10, lambda: browser.find_elements(By.CSS_SELECTOR, "#c-plain"))

    assert "held without charge" in find(browser, "#c-plain").text
    button = find(browser, "[data-copy=c-plain]")
    assert button.is_displayed()
    button.click()
    assert wait_until(5, lambda: "✓" in button.text)


def test_a_pasted_article_is_checked(browser: Browser, room: RunningRoom) -> None:
    browser.get(f"{room.url}/check")
    find(browser, "#text").send_keys("It said: “Denying that a place exists does empty it.”")
    find(browser, "form.card button").click()

    assert wait_until(10, lambda: browser.find_elements(By.CSS_SELECTOR, ".quotes .altered"))
    assert find(browser, ".quotes del").text == "not"


def test_words_that_are_selected_are_the_words_to_quote(
    browser: Browser, room: RunningRoom
) -> None:
    browser.get(f"{room.url}/statement/{RELEASE}")

    browser.execute_script(
        "const range = document.createRange();"
        "range.selectNodeContents(document.getElementById('p4'));"
        "getSelection().removeAllRanges(); getSelection().addRange(range);"
    )

    sentence = "The authorities have stated that no such facility exists."
    assert wait_until(5, lambda: find(browser, "#quote").get_attribute("value") == sentence)


def test_the_keyboard_alone_is_enough(browser: Browser, room: RunningRoom) -> None:
    browser.get(f"{room.url}/search?q=panel")
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys("n")
    first = browser.switch_to.active_element.text
    body.send_keys("/")
    field = browser.switch_to.active_element.get_attribute("id")

    browser.get(f"{room.url}/search?q=panel")
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    skip = browser.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    skip.send_keys(Keys.ENTER)

    assert first == find(browser, ".hit h2 a").text
    assert field == "q"
    assert browser.switch_to.active_element.get_attribute("id") == "main"


def test_a_link_to_quoted_words_opens_the_copy_that_has_them(
    browser: Browser, room: RunningRoom
) -> None:
    browser.get(f"{room.url}/statement/{RELEASE}?start=215&end=260")
    link = browser.find_element(By.CSS_SELECTOR, "a[href*=':~:text=']").get_attribute("href")

    browser.get(link)  # type: ignore[arg-type]

    assert browser.current_url.startswith(room.replay_url)
    assert "Ostrel Street" in browser.execute_script(f"return {SHADOW}.textContent")


@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=panel", f"/statement/{RELEASE}", f"/statement/{RELEASE}/diff",
     f"/statement/{RELEASE}/cite?quote=held+without+charge", "/timeline?q=panel", "/sources",
     "/sources/meridian_panel", f"/statement/{RELEASE}/proof"],
)  # fmt: skip
def test_no_page_is_wider_than_a_narrow_screen(
    browser: Browser, room: RunningRoom, path: str
) -> None:
    size = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.get(room.url + path)
        width = browser.execute_script("return document.documentElement.scrollWidth")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert width <= 320


def test_print_shows_the_words_and_no_controls(browser: Browser, room: RunningRoom) -> None:
    browser.get(f"{room.url}/statement/{RELEASE}")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert find(browser, "#p1").is_displayed()
        assert not find(browser, "header.top").is_displayed()
        assert not find(browser, "#quote").is_displayed()
        assert find(browser, "#digest").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
