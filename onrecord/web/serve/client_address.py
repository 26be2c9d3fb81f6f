"""The address of a client, also behind a reverse proxy that the operator names."""

import ipaddress
from collections.abc import Iterable

from starlette.requests import Request

from archive.errors import FormatError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_proxies(values: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks of proxies, each an address or a network; FormatError for another."""
    networks: list[Network] = []
    for value in values:
        try:
            networks.append(ipaddress.ip_network(value, strict=False))
        except ValueError as error:
            raise FormatError("trusted proxy", "an IP address or network", value[:60]) from error
    return tuple(networks)


def client_address(request: Request, proxies: tuple[Network, ...]) -> str:
    """Return the address by which a client is counted: of IPv6 its network of 64 bits.

    Where the peer is one of `proxies`, it is the last address in X-Forwarded-For that is none of
    them: what comes before it was written by the client itself, and is believed by nobody.
    """
    address = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while forwarded and _is_proxy(address, proxies):
        last = forwarded.pop().strip().strip('"').removeprefix("[").partition("]")[0]
        if _parse(last) is None:
            break
        address = last
    return _counted(address)


def _is_proxy(address: str, proxies: tuple[Network, ...]) -> bool:
    ip = _parse(address)
    return ip is not None and any(ip in network for network in proxies)


def _counted(address: str) -> str:
    ip = _parse(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(ip) >> 64 << 64, 64)))
    return str(ip) if ip else address


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip
