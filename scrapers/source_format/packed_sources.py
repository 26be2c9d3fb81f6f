"""Serialize sources for a sandbox process, which keeps those it has read."""

import pickle
from collections.abc import Mapping
from functools import lru_cache

from scrapers.source_format.source import Source


def pack_sources(sources: Mapping[str, Source]) -> bytes:
    """Serialize sources by name for a sandbox process."""
    return pickle.dumps(dict(sources))


@lru_cache(maxsize=64)
def unpack_sources(packed_sources: bytes) -> Mapping[str, Source]:
    """Return the sources that `pack_sources` serialized, in the sandbox process."""
    sources: dict[str, Source] = pickle.loads(packed_sources)  # noqa: S301 - from the parent process
    return sources
