"""Find what one owner registered of a host's name, by the Public Suffix List."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from archive.urls.shared_hosts import SHARED_HOSTS


@lru_cache(1024)
def registrable_domain(host: str) -> str:
    """Return what one owner registered of a host: a name below a public suffix, or an IP address.

    By the Public Suffix List as it is in the package publicsuffixlist, and our list of shared
    hosts; nothing is fetched. A host that is a public suffix itself, or has no dot, is its own.
    """
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        domain = str(_public_suffixes().privatesuffix(host.rstrip(".")) or host)
    names = host.rstrip(".").removesuffix(f".{domain}").split(".")
    is_shared = domain in SHARED_HOSTS or domain.startswith("blogspot.")
    is_own = host.rstrip(".") != domain and names[-1] != "www"
    return f"{names[-1]}.{domain}" if is_shared and is_own else domain


@lru_cache(1)
def _public_suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
