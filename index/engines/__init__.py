"""Search engines, one module each, whose `ENGINE` opens the index in a folder (made if missing)."""

from collections.abc import Callable
from pathlib import Path

from archive.plugin_registry import Registry
from index.engine_interface import Engine

ENGINES: Registry[Callable[[Path], Engine]] = Registry("index.engines", "ENGINE", "engine")
