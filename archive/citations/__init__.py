"""Citation styles, one module each: `cite` formats a CitationData as text."""

from collections.abc import Callable

from archive.citation_data import CitationData
from archive.plugin_registry import Registry

STYLES: Registry[Callable[[CitationData], str]] = Registry(
    "archive.citations", "cite", "citation style"
)
