"""The tree of errors is what its drawing says."""

import inspect
import pickle
import re

import pytest

from archive import errors


def parse_drawing() -> dict[str, tuple[int, int]]:
    """Return (depth, exit code) of every error that the module's docstring draws."""
    errors_by_name = {}
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"([│├└─ ]*)(\w+Error)\s+(\d+)  \S", line):
            errors_by_name[match[2]] = (len(match[1]) // 4, int(match[3]))
    return errors_by_name


def collect_errors() -> dict[str, tuple[int, int]]:
    errors_by_name = {}
    for name, error in inspect.getmembers(errors, inspect.isclass):
        if issubclass(error, errors.ArchiveError) and error.__module__ == errors.__name__:
            depth = [c for c in error.__mro__ if issubclass(c, errors.ArchiveError)]
            errors_by_name[name] = (len(depth) - 1, error.exit_code)
    return errors_by_name


def test_the_drawing_is_the_tree() -> None:
    assert parse_drawing() == collect_errors()


@pytest.mark.parametrize(
    "error",
    [
        errors.FixityError("a.warc.gz", "00", "ff"),
        errors.LayoutError("https://panel.example/", "title", "one", "2"),
        errors.QueryError("expected a word", "a AND", 5),
        errors.QuoteError("words", "panel:1", 2),
        errors.UnknownNameError("style", "x", ["plain"]),
    ],
)
def test_an_error_survives_a_process_boundary_and_says_the_same(error: Exception) -> None:
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_query_error_points_at_the_place() -> None:
    error = errors.QueryError("expected a word", "a AND", 5)

    assert str(error).splitlines() == ["expected a word", "  a AND", "       ^"]
