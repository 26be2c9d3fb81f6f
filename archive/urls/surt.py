"""Addresses in the order in which web archives sort them: SURT, as CDXJ indexes have it."""

from urllib.parse import urlsplit


def surt(url: str) -> str:
    """Return the sort-friendly form of an address; as it is, where it has no host.

    >>> surt("https://www.Press.example:443/Room?b=2&a=1#top")
    'example,press)/room?a=1&b=2'
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if not host:
        return url
    host = host.removeprefix("www.")
    backwards = ",".join(reversed(host.split(".")))
    where = f":{port}" if port and port not in (80, 443) else ""
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    path = (parts.path or "/").lower()
    return f"{backwards}{where}){path}" + (f"?{query.lower()}" if query else "")
