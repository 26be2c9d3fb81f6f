"""Map a file into memory, read only; give memory back to the system."""

import ctypes
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


def release_pages(view: memoryview) -> None:
    """Give the pages of a mapped file that were read back to the system; they can be read again.

    What was read of it counts as this process's memory until then. Does nothing for bytes that are
    not mapped, and where the system has no such call.
    """
    if isinstance(view.obj, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        view.obj.madvise(mmap.MADV_DONTNEED)


_M_MMAP_THRESHOLD = -3  # glibc, malloc.h; mallopt(3)
_LARGE_ARRAY_BYTES = 4 << 20


def return_large_arrays() -> None:
    """Give what is free back to the system, and from now on each large array when it is freed.

    glibc does the latter up to the first such array only: then it keeps what is freed, in pieces
    that later arrays do not fit into (a third of a merge's memory). Does nothing with other C
    libraries.
    """
    try:
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_ARRAY_BYTES)
        library.malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
