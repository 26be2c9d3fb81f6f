"""SURT: the form of a URL by which CDXJ indexes of web archives are sorted."""

from urllib.parse import urlsplit


def surt(url: str) -> str:
    """Return the sort-friendly form (SURT) of a URL; unchanged if it has no host.

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
    reversed_host = ",".join(reversed(host.split(".")))
    port_suffix = f":{port}" if port and port not in (80, 443) else ""
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    path = (parts.path or "/").lower()
    return f"{reversed_host}{port_suffix}){path}" + (f"?{query.lower()}" if query else "")
