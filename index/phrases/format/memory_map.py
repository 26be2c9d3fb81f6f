"""Map a file into memory, read only."""

import mmap
from pathlib import Path


class MappedFile:
    """The bytes of a file, read from the disk on access."""

    def __init__(self, folder: str, name: str) -> None:
        self.name = name
        with (Path(folder) / name).open("rb") as file:
            # An empty file cannot be mapped.
            size = file.seek(0, 2)
            self.view = (
                memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
                if size
                else memoryview(b"")
            )
