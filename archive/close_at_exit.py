"""Close an object at the end of a `with` block."""

from abc import ABC, abstractmethod
from typing import Self


class ClosedAtExit(ABC):
    """A base for classes whose `with` block ends with `close`, whatever happened in it."""

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception_details: object) -> None:
        self.close()
