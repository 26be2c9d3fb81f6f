"""Normalize URLs for comparison, so lightly that two different pages never become one.

And shorten them for the log, which must not have the secrets in them.
"""

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


def url_host(url: str) -> str:
    """Return the host in `url`, "" where it has none or is invalid."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def redact_url(url: str) -> str:
    """Return `url` for the log: no login and no query, where keys and search words are.

    >>> redact_url("https://user:secret@news.example:8443/api/list?key=4f2a&q=words#top")
    'https://news.example:8443/api/list?…'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an invalid URL"
    query = "…" if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))
