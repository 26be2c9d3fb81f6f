"""Refuse connections to addresses that are not public, where the socket is opened (SSRF).

A check of the URL before the request is not enough: a name may resolve to another address the next
time (DNS rebinding), and a redirect may lead to an internal host.
"""

import ipaddress
import socket
from contextvars import ContextVar
from typing import Any, cast
from urllib.parse import urlsplit

from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from archive.urls.special_addresses import is_internal_name, is_special, names_special_address
from archive.urls.web_address import resolve_or_keep

WEB_PORTS = frozenset({80, 443, 8080, 8443})
SocketAddresses = frozenset[tuple[str, int]]

# Hosts and ports that are allowed though not public: an archive's own, and a test's.
ALLOWED_ADDRESSES: ContextVar[SocketAddresses] = ContextVar("allowed", default=frozenset())


class RefusedAddressError(NewConnectionError):
    """The address or port of a connection is not allowed."""


def is_refused_ip(address: str) -> bool:
    """Tell whether `address` (IPv4 or IPv6) is not a public one, or stands for one that is not."""
    return is_special(ipaddress.ip_address(address.partition("%")[0]))


def refusal_reason(url: str, *, by_proxy: bool = False) -> str:
    """Return why `url` must not be requested, judged without resolving its host; "" if it may.

    Where a proxy resolves names, this is the only check: `by_proxy` refuses also names that say an
    address that is not public.
    """
    try:
        login = urlsplit(url).netloc.rpartition("@")[1]
        parts = urlsplit(resolve_or_keep(url, url))  # a host in other letters or with escapes
        host, port = parts.hostname, parts.port
    except ValueError as error:
        return f"not an address: {error}"
    if parts.scheme not in ("http", "https"):
        return f"not http or https: {parts.scheme[:20]}"
    if not host:
        return "an address without a host"
    if login:
        return "an address with a login in it"
    port = port or (443 if parts.scheme == "https" else 80)
    if (host, port) in ALLOWED_ADDRESSES.get():
        return ""
    if port not in WEB_PORTS:
        return f"port {port} is not one of the web's"
    return _host_refusal_reason(host, by_proxy=by_proxy)


def _host_refusal_reason(host: str, *, by_proxy: bool) -> str:
    name = host.lower().rstrip(".")
    try:
        is_internal = is_refused_ip(name)
    except ValueError:
        is_internal = is_internal_name(name) or (by_proxy and names_special_address(name))
    return f"{host[:80]} is not a public address" if is_internal else ""


class PublicAddressConnection:
    """A mixin by which a urllib3 connection resolves, checks and connects to the same address."""

    def _new_conn(self) -> socket.socket:
        connection = cast(Any, self)
        host, port = connection._dns_host, connection.port
        allowed = ALLOWED_ADDRESSES.get()
        if port not in WEB_PORTS and (host, port) not in allowed:
            raise RefusedAddressError(connection, f"port {port} is not one of the web's")
        try:
            candidates = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            cause = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(host, connection, cause) from error
        problem: OSError | None = None
        for family, kind, protocol, _, address in candidates:
            if is_refused_ip(str(address[0])) and (address[0], port) not in allowed:
                raise RefusedAddressError(
                    connection, f"{host} is {address[0]}: not a public address"
                )
            try:
                return _connect(connection, socket.socket(family, kind, protocol), address)
            except TimeoutError as error:
                raise ConnectTimeoutError(connection, f"{host}: {error}") from error
            except OSError as error:
                problem = error
        raise NewConnectionError(connection, f"{host}: {problem}") from problem


def _connect(connection: Any, sock: socket.socket, address: Any) -> socket.socket:
    try:
        for option in connection.socket_options or ():
            sock.setsockopt(*option)
        if isinstance(connection.timeout, int | float):
            sock.settimeout(connection.timeout)
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock
