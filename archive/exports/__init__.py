"""Packages of what is held, for others: one file a format, each defining `export`."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.registry import Registry

# Writes everything that `home` holds to a path ("-": standard output, where the format is text);
# returns how many versions that was.
Export = Callable[[ArchiveFolder, Connection, Path], int]
EXPORTS: Registry[Export] = Registry("archive.exports", "export", "export format")
