"""Find what one owner registered of a host's name, by the Public Suffix List."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Any


@lru_cache(1024)
def registrable_domain(host: str) -> str:
    """Return what one owner registered of a host: a name below a public suffix, or an IP address.

    By the Public Suffix List as it is in the package publicsuffixlist; nothing is fetched. A host
    that is a public suffix itself, or has no dot, is its own.
    """
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        return str(_public_suffixes().privatesuffix(host.rstrip(".")) or host)


@lru_cache(1)
def _public_suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
