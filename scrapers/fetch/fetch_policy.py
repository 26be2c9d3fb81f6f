"""The fetch policy: User-Agent, proxy, delays and transfer limits."""

from dataclasses import dataclass

from archive.errors import FetchError
from scrapers.fetch.robots import PRODUCT_NAME
from scrapers.fetch.ssrf_guard import SocketAddresses


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLimits:
    """Limits on the size of a response, the time it may take, redirects and attempts."""

    max_wire_bytes: int = 20 << 20  # bytes as sent
    max_body_bytes: int = 50 << 20  # bytes decoded
    max_head_bytes: int = 256 << 10  # bytes of headers
    total_timeout: float = 60.0  # seconds for the whole response
    connect_timeout: float = 10.0  # seconds until connected
    read_timeout: float = 30.0  # seconds without a byte
    max_redirects: int = 10
    max_attempts: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How requests are sent: User-Agent, proxy, TLS verification, delays, limits, robots.txt."""

    user_agent: str = f"{PRODUCT_NAME} (contact not set)"
    proxy: str = ""  # http://… or socks5h://…; "" for none
    verify: bool | str = True  # or a file of certificates to trust
    delay: float = 1.0  # seconds between requests to a host
    jitter: float = 0.2
    limits: TransferLimits = TransferLimits()
    allowed_addresses: SocketAddresses = frozenset()  # allowed though not public
    obey_robots: bool = True

    def __post_init__(self) -> None:
        if self.proxy.lower().startswith(("socks5://", "socks4://")):
            raise FetchError(
                "proxy: expected socks5h:// or socks4a://, by which the proxy resolves names, "
                f"found {self.proxy.partition(':')[0]}://"
            )


def format_user_agent(version: str, contact: str) -> str:
    """Return the User-Agent: name, version, and the contact address where one is set."""
    return f"{PRODUCT_NAME}/{version} (+{contact})" if contact else f"{PRODUCT_NAME}/{version}"
