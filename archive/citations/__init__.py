"""Citation styles, one file each: a module here has `cite`, from what is cited to its text."""

from collections.abc import Callable

from archive.citation_data import CitationData
from archive.registry import Registry

STYLES: Registry[Callable[[CitationData], str]] = Registry(
    "archive.citations", "cite", "citation style"
)
