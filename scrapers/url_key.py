"""Addresses, compared as servers compare them: lightly, and never so that two pages become one."""

from urllib.parse import urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}


def url_key(url: str) -> str:
    """Return `url` as it is compared: no fragment, no default port, scheme and host in lower case.

    An empty path is `/` (RFC 3986, 6.2.2.1 and 6.2.3). Path and query stay as they are: their case,
    their order and their escapes may mean something. What is no address stays as it is.
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
    place = (f"{login}@" if login else "") + host
    if port is not None and port != _PORTS.get(parts.scheme):
        place += f":{port}"
    return urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))
