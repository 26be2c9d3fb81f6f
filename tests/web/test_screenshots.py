"""Screenshots of the pages, for a person to look at, in the folder $ONRECORD_SCREENSHOTS.

The tests check only that no page is wider than the screen.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.support.reading_room_server import RELEASE, SITE, RunningRoom
from tests.web.test_browser import CHROMIUM, DRIVER, STAMP, start_browser

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver (Debian: chromium-driver)"
)
SCREENS = {"desk": (1280, 900, "light"), "phone-dark": (390, 844, "dark")}
PAGES = {
    "search": "/search?q=panel",
    "statement": f"/statement/{RELEASE}?start=207&end=247",
    "diff": f"/statement/{RELEASE}/diff",
    "cite": f"/statement/{RELEASE}/cite?quote=held+without+charge",
    "check": "/check",
    "timeline": "/timeline?q=panel",
    "sources": "/sources/meridian_panel",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    browser = start_browser("--hide-scrollbars")
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen_folder = os.environ.get("ONRECORD_SCREENSHOTS")
    folder = Path(chosen_folder) if chosen_folder else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def take_screenshot(browser: Chrome, screen: str, url: str, picture: Path) -> int:
    """Take a screenshot of a page; return by how many pixels it is wider than the screen."""
    width, height, scheme = SCREENS[screen]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    browser.get(url)
    browser.save_screenshot(str(picture))
    page_width: int = browser.execute_script("return document.documentElement.scrollWidth")
    return page_width - width


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_the_screen(
    browser: Chrome, room: RunningRoom, pictures: Path, name: str, screen: str
) -> None:
    picture = pictures / f"{name}-{screen}.png"

    too_wide = take_screenshot(browser, screen, room.url + PAGES[name], picture)

    assert too_wide <= 0
    assert picture.stat().st_size > 5_000


@pytest.mark.parametrize("screen", SCREENS)
def test_no_replayed_page_is_wider_than_the_screen(
    browser: Chrome, room: RunningRoom, pictures: Path, screen: str
) -> None:
    picture = pictures / f"replay-{screen}.png"

    address = f"{room.replay_url}/web/{STAMP}/{SITE}pd-2024-7.html"

    assert take_screenshot(browser, screen, address, picture) <= 0
    assert picture.stat().st_size > 5_000
