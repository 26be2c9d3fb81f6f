"""Every test can fail: it asserts something, expects an error, or calls a helper that checks."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.paths import TESTS

CHECKING_PREFIXES = ("assert_", "check_", "verify_")
EXPECTING = {"raises", "warns"}


def functions_of_tests(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the test functions of a module, and those of its classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def name_called(call: ast.Call) -> str:
    """Return the last part of the name of what is called, "" where it has none."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def helpers_of(tree: ast.Module) -> set[str]:
    """Return the names that a module defines or imports from the tests."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def can_fail(function: ast.AST, helpers: set[str]) -> bool:
    """Return whether a test asserts, expects an error, or calls a helper that checks."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = name_called(node)
            if name in EXPECTING or (name.startswith(CHECKING_PREFIXES) and name in helpers):
                return True
    return False


def unasserted_tests(source: str) -> list[str]:
    """Return the tests of a module that cannot fail by what they find, as line and name."""
    tree = ast.parse(source)
    helpers = helpers_of(tree)
    return [
        f"{function.lineno} {function.name}"
        for function in functions_of_tests(tree)
        if not can_fail(function, helpers)
    ]


def test_every_test_asserts_something() -> None:
    idle = {
        path.relative_to(TESTS).as_posix(): lines
        for path in sorted(TESTS.rglob("test_*.py"))
        if (lines := unasserted_tests(path.read_text(encoding="utf-8")))
    }

    assert idle == {}


@pytest.mark.parametrize(
    ("body", "asserts"),
    [
        ("run()", False),
        ("result = run()", False),
        ("check_html(run())", False),  # the program's own function, whatever its name
        ("assert run()", True),
        ("with pytest.raises(ValueError): run()", True),
        ("assert_other_tools_accept(run())", True),
    ],
)
def test_a_test_without_an_assertion_is_recognized(body: str, asserts: bool) -> None:
    imports = "from tests.support.warc_files import assert_other_tools_accept"

    idle = unasserted_tests(f"{imports}\ndef test_it() -> None:\n    {body}\n")

    assert idle == ([] if asserts else ["2 test_it"])
