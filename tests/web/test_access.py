"""What axe-core finds wrong with our pages (WCAG 2.2 AA): nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.support.reading_room_server import RELEASE, Reading
from tests.web.test_browser import CHROMIUM, DRIVER, browser_of

AXE = Path(os.environ.get("ONRECORD_AXE", "node_modules/axe-core/axe.min.js"))
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER and AXE.is_file()),
    reason="needs chromium, chromedriver and axe-core (npm install axe-core, or $ONRECORD_AXE)",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    made = browser_of("--window-size=1280,900")
    yield made
    made.quit()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=panel", "/search?q=zzzz", "/search?q=%22x", f"/statement/{RELEASE}",
     f"/statement/{RELEASE}?start=20&end=60", f"/statement/{RELEASE}/diff",
     f"/statement/{RELEASE}/cite?quote=held+without+charge", f"/statement/{RELEASE}/proof",
     "/check", "/timeline?q=panel", "/sources", "/sources/meridian_panel"],
)  # fmt: skip
def test_axe_finds_nothing(browser: Chrome, reading: Reading, path: str, scheme: str) -> None:
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    browser.get(reading.room + path)
    browser.execute_script(AXE.read_text(encoding="utf-8"))

    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: arguments[0]}).then(r => done(r.violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))));",
        RULES,
    )

    assert found == []
