"""Accessibility: axe-core finds no violation of WCAG 2.2 AA on any page."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.support.reading_room_server import RELEASE, RunningRoom
from tests.web.test_browser import CHROMIUM, DRIVER, start_browser

AXE = Path(os.environ.get("ONRECORD_AXE", "node_modules/axe-core/axe.min.js"))
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER and AXE.is_file()),
    reason="needs chromium, chromedriver and axe-core (npm install axe-core, or $ONRECORD_AXE)",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    browser = start_browser("--window-size=1280,900")
    yield browser
    browser.quit()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=panel", "/search?q=zzzz", "/search?q=%22x", f"/statement/{RELEASE}",
     f"/statement/{RELEASE}?start=20&end=60", f"/statement/{RELEASE}/diff",
     f"/statement/{RELEASE}/cite?quote=held+without+charge", f"/statement/{RELEASE}/proof",
     "/check", "/timeline?q=panel", "/sources", "/sources/meridian_panel"],
)  # fmt: skip
def test_axe_finds_nothing(browser: Chrome, room: RunningRoom, path: str, scheme: str) -> None:
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    browser.get(room.url + path)
    browser.execute_script(AXE.read_text(encoding="utf-8"))

    violations = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: arguments[0]}).then(r => done(r.violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))));",
        RULES,
    )

    assert violations == []
