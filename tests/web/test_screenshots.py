"""Pictures of the pages, for a person to look at: kept where $ONRECORD_SCREENSHOTS says.

What a program can tell of them is asked here: nothing sticks out to the side, on any screen.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.support.reading_room_server import RELEASE, SITE, Reading
from tests.web.test_browser import CHROMIUM, DRIVER, STAMP, browser_of

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
    made = browser_of("--hide-scrollbars")
    yield made
    made.quit()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    asked = os.environ.get("ONRECORD_SCREENSHOTS")
    folder = Path(asked) if asked else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def look(browser: Chrome, screen: str, url: str, picture: Path) -> int:
    """Take a picture of a page; return by how many pixels it is wider than the screen."""
    width, height, scheme = SCREENS[screen]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    browser.get(url)
    browser.save_screenshot(str(picture))
    wide: int = browser.execute_script("return document.documentElement.scrollWidth")
    return wide - width


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_of_a_page(
    browser: Chrome, reading: Reading, pictures: Path, name: str, screen: str
) -> None:
    picture = pictures / f"{name}-{screen}.png"

    too_wide = look(browser, screen, reading.room + PAGES[name], picture)

    assert too_wide <= 0
    assert picture.stat().st_size > 5_000


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_sticks_out_of_a_replayed_page(
    browser: Chrome, reading: Reading, pictures: Path, screen: str
) -> None:
    picture = pictures / f"replay-{screen}.png"

    address = f"{reading.replay}/web/{STAMP}/{SITE}pd-2024-7.html"

    assert look(browser, screen, address, picture) <= 0
    assert picture.stat().st_size > 5_000
