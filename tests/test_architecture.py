"""Which module may import which, how modules are named, and how large rooms are.

Read it as the map of the program. A room is a folder; each module that lies directly in one of the
four packages is a room of its own.
"""

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
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

# Folders with one file for each command, page, citation style, …: as many as there are.
EXTENSIONS = {"onrecord/commands", "onrecord/web/pages", "archive/citations", "archive/exports"}
EXTENSIONS |= {"index/engines", "scrapers/discover"}
LARGEST_ROOM = 15  # modules

# Words of earlier names that told a stranger nothing. docs/glossary.md says what to write instead.
METAPHORS = {
    *("door", "doors", "gate", "gates", "front", "shelf", "tape", "walls", "manners", "guarded"),
    *("held", "told", "telling", "saying", "said", "asked", "asking", "laying", "laid", "peeled"),
    *("peeling", "keeping", "noticing", "noticed", "wanted", "gathered", "looked", "undisturbed"),
    *("slowly", "handing", "hander", "showing", "speaking", "marking", "placing", "trying"),
}


def imports(path: Path) -> set[str]:
    """Return the dotted names that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def modules() -> dict[str, Path]:
    """Return every module of the program by its dotted name; a package by its __init__."""
    paths = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]
    return {dotted(path): path for path in paths}


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(name: str) -> str:
    """Return a module's folder; its own name where it lies directly in a package."""
    path = modules()[name]
    is_loose = path.parent.parent == ROOT
    return name if is_loose else where(path.parent)


@cache
def arrows() -> dict[str, set[str]]:
    """Return, for each module, the modules of ours that it imports."""
    known = modules()
    return {
        name: {target for target in imports(path) if target in known and target != name}
        for name, path in known.items()
    }


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_down(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        ours = {name.partition(".")[0] for name in imports(path)} & MAY_IMPORT.keys() - {package}
        assert ours <= MAY_IMPORT[package], f"{where(path)} imports {ours}"


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert circle(arrows()) == []


def test_no_rooms_import_one_another_in_a_circle() -> None:
    rooms: dict[str, set[str]] = {}
    for name, targets in arrows().items():
        modules_only = {target for target in targets if modules()[target].name != "__init__.py"}
        rooms.setdefault(room_of(name), set()).update(map(room_of, modules_only))
    for name, targets in rooms.items():
        targets.discard(name)

    assert circle(rooms) == []


def circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_a_room_has_few_modules() -> None:
    counts = Counter(
        where(path.parent) for path in modules().values() if path.name != "__init__.py"
    )
    crowded = {room: n for room, n in counts.items() if n > LARGEST_ROOM and room not in EXTENSIONS}
    assert crowded == {}


def test_no_two_modules_have_one_name() -> None:
    """Commands, pages, styles and the like apart: their files have the names that users type."""
    rooms: dict[str, list[str]] = {}
    for path in modules().values():
        if path.stem != "__init__" and where(path.parent) not in EXTENSIONS:
            rooms.setdefault(path.stem, []).append(where(path))
    assert {name: paths for name, paths in rooms.items() if len(paths) > 1} == {}


def test_no_module_type_or_function_has_a_metaphor_for_a_name() -> None:
    """`not_held` is an outcome's name, as docs/glossary.md has it."""
    riddles = [
        f"{where(path)}: {name}"
        for path in modules().values()
        for name in defined(path)
        if {word.lower() for word in words_of(name.replace("not_held", ""))} & METAPHORS
    ]
    assert riddles == []


def defined(path: Path) -> list[str]:
    """Return the module's name and those of all classes and functions in it."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return [path.stem, *(node.name for node in ast.walk(parsed(path)) if isinstance(node, kinds))]


def words_of(name: str) -> list[str]:
    return re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)


# A variable called so tells a reader nothing; one of these in a thousand bindings is no harm.
VAGUE = {"found", "each", "held", "said", "place", "told", "asked"}


def test_variables_say_what_they_hold() -> None:
    names = [name for path in modules().values() for name in bound(path)]
    vague = [name for name in names if name in VAGUE]
    assert len(vague) * 200 < len(names), Counter(vague)


def bound(path: Path) -> list[str]:
    """Return the names of all parameters and variables that a module binds."""
    nodes = list(ast.walk(parsed(path)))
    stored = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return stored + [n.arg for n in nodes if isinstance(n, ast.arg)]


SENTENCES = {"note", "detail", "problem", "problems", "message", "reason", "why"}
CUTS = {"split", "rsplit", "partition", "rpartition", "startswith", "endswith"}
CUTS |= {"removeprefix", "removesuffix"}


def test_nothing_takes_a_sentence_for_people_apart() -> None:
    """Facts travel as values. A sentence is made last, and read by nobody but a person."""
    found = [f"{where(path)}:{line}" for path in modules().values() for line in taken_apart(path)]
    assert found == []


def taken_apart(path: Path) -> list[int]:
    """Return the lines on which a note, a detail, or the text of an error is cut or compared."""
    return [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CUTS
        and is_sentence(node.func.value)
    ]


def is_sentence(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in SENTENCES
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
        return isinstance(node.args[0], ast.Name) and node.args[0].id in {"error", "cause"}
    return isinstance(node, ast.Name) and node.id in SENTENCES


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_used_where_its_subject_is(library: str) -> None:
    for path in modules().values():
        if not where(path).startswith(ONLY_IN[library]):
            used = {n for n in imports(path) if n == library or n.startswith(f"{library}.")}
            assert not used, f"{where(path)} imports {used}"


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    counts = {where(path): lines(path) for path in modules().values()}
    assert {path: count for path, count in counts.items() if count > 400} == {}


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_every_module_says_what_it_is_about() -> None:
    silent = [where(path) for path in modules().values() if not ast.get_docstring(parsed(path))]
    assert silent == []


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
