"""What an import took and what it passed over, as a user sees it."""

import json
from collections.abc import Callable
from typing import Any

from click.testing import Result

from tests.conftest import Run

Import = Callable[..., Result]  # of bytes: import_bytes(data, name, *options)


def numbers(archive: Run) -> list[int]:
    """Return the numbers of the notices that the archive has as statements."""
    lines = archive("export", "-").stdout.splitlines()
    return sorted(int(json.loads(line)["url"].rsplit("/", 1)[1]) for line in lines)


def passed_over(result: Result) -> list[dict[str, Any]]:
    """Return what an import with --json passed over, of all its files."""
    return [refused for line in result.stdout.splitlines() for refused in _refused(line)]


def _refused(line: str) -> list[dict[str, Any]]:
    refused: list[dict[str, Any]] = json.loads(line)["passed_over"]
    return refused
