"""Export formats, one module each: `export` writes the whole archive for other programs."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.plugin_registry import Registry

# Writes the whole archive to a path ("-": standard output, if the format is text); returns the
# number of versions.
Export = Callable[[ArchiveFolder, Connection, Path], int]
EXPORTS: Registry[Export] = Registry("archive.exports", "export", "export format")
