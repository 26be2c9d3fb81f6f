"""Normalize URLs for comparison, so lightly that two different pages never become one."""

from urllib.parse import urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}


def url_key(url: str) -> str:
    """Return `url` without fragment and default port, with scheme and host in lower case.

    An empty path is `/` (RFC 3986, 6.2.2.1 and 6.2.3). Path and query stay unchanged, because
    their case, order and escapes may be significant. An invalid URL is returned unchanged.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if not host:
        return url
    host = f"[{host}]" if ":" in host else host
    login = parts.netloc.rpartition("@")[0]
    netloc = (f"{login}@" if login else "") + host
    if port is not None and port != _PORTS.get(parts.scheme):
        netloc += f":{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
