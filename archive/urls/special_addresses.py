"""IP addresses and host names that are not of the public Internet, as IANA's registries have them.

The standard library's `is_global` differs between versions of Python, and follows the registries
years later. Sources: iana-ipv4-special-registry and iana-ipv6-special-registry (both as of
9 October 2025), iana-ipv6-unicast-address-assignments, iana-ipv4-address-space (multicast,
reserved), special-use-domain-names. Also what these call globally reachable is refused: anycast
services and tunnels, where nobody publishes. Of IPv6 only 2000::/3 is assigned for hosts; all else
(fec0::/10, 5f00::/16, 64:ff9b:1::/48, 100::/64 …) is refused, but for addresses that stand for one
of IPv4.
"""

import ipaddress
import re

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_SPECIAL_IPV4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private use
            "100.64.0.0/10",  # shared address space
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link local
            "172.16.0.0/12",  # private use
            "192.0.0.0/24",  # IETF protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # 6to4 relays, deprecated
            "192.168.0.0/16",  # private use
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and limited broadcast
        ),
    )
)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_SPECIAL_IPV6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, ORCHID, DRIP …
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
# They stand for the IPv4 address in their last 32 bits: mapped (RFC 4291, 2.5.5.2), and NAT64
# (RFC 6052).
_OF_IPV4 = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))

_NUMERIC_LABEL = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)$")
# Of special-use names, and of names that networks use for themselves.
_INTERNAL_DOMAINS = frozenset(
    {
        *("localhost", "local", "internal", "intranet", "private", "lan", "home", "corp"),
        *("localdomain", "workgroup", "domain", "alt", "arpa"),
    }
)
# Services whose names say the address that they resolve to, or are of loopback, or change.
_ECHOING_DOMAINS = (
    *("nip.io", "sslip.io", "xip.io", "traefik.me", "backname.io", "ip.addr.tools", "1u.ms"),
    *("rbndr.us", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "localho.st", "local.gd"),
)
_IPV4_IN_NAME = re.compile(r"(?<![0-9])(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})(?![0-9])")


def is_special(ip: IpAddress) -> bool:
    """Tell whether `ip` is no public unicast address, or stands for one that is not."""
    if isinstance(ip, ipaddress.IPv4Address):
        return any(ip in network for network in _SPECIAL_IPV4)
    if any(ip in network for network in _OF_IPV4):
        return is_special(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip not in _GLOBAL_UNICAST or any(ip in network for network in _SPECIAL_IPV6)


def is_internal_name(name: str) -> bool:
    """Tell whether a host name, in lower case and ASCII, is not one of the public DNS.

    A name of one label is completed, or resolved, within a network. inet_aton, and so many a proxy,
    takes 2130706433, 0x7f.1 and 127.1 for IP addresses.
    """
    *domains, last = name.rstrip(".").split(".")
    return not domains or last in _INTERNAL_DOMAINS or bool(_NUMERIC_LABEL.match(last))


def names_special_address(name: str) -> bool:
    """Tell whether a name resolves to a special address by what it says.

    Where a proxy resolves names, nothing else shows it.
    """
    name = name.rstrip(".")
    if any(name == domain or name.endswith(f".{domain}") for domain in _ECHOING_DOMAINS):
        return True
    for parts in _IPV4_IN_NAME.findall(name):
        if all(int(part) < 256 for part in parts):
            ip = ipaddress.IPv4Address(".".join(str(int(part)) for part in parts))
            if is_special(ip):
                return True
    return False
