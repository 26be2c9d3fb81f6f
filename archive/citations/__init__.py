"""Citation styles, one file each: a module here has `cite`, from what is cited to its text."""

from collections.abc import Callable

from archive.citation_data import Cited
from archive.registry import Registry

STYLES: Registry[Callable[[Cited], str]] = Registry("archive.citations", "cite", "citation style")
