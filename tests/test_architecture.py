"""Which package may import which. Read it as the map of the program."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

MAY_IMPORT: dict[str, set[str]] = {
    "archive": set(),
    "index": {"archive"},
    "scrapers": {"archive"},
    "onrecord": {"archive", "index", "scrapers"},
}
ONLY_IN = {
    "requests": "scrapers/",
    "bs4": "scrapers/",
    "trafilatura": "scrapers/",
    "whoosh": "index/",
    "click": "onrecord/",
    "sqlalchemy.dialects": "archive/catalogue/",
    "warcio": "archive/",
}
HEAVY = ("sqlalchemy", "pydantic", "numpy", "lxml", "bs4", "requests", "whoosh", "rich")


def imports(path: Path) -> set[str]:
    """Return the dotted names that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def modules() -> list[Path]:
    return [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_down(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        ours = {name.partition(".")[0] for name in imports(path)} & MAY_IMPORT.keys() - {package}
        assert ours <= MAY_IMPORT[package], f"{path.relative_to(ROOT)} imports {ours}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_used_where_its_subject_is(library: str) -> None:
    for path in modules():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(ONLY_IN[library]):
            used = {n for n in imports(path) if n == library or n.startswith(f"{library}.")}
            assert not used, f"{name} imports {used}"


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = {p.relative_to(ROOT).as_posix(): n for p in modules() if (n := lines(p)) > 400}
    assert long == {}


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_every_module_says_what_it_is_about() -> None:
    silent = [p.relative_to(ROOT).as_posix() for p in modules() if not documented(p)]
    assert silent == []


def documented(path: Path) -> bool:
    return bool(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))))


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom onrecord.cli import cli\n"
        "try:\n    cli(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stderr.strip() == "[]"
