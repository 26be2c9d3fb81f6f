"""Compare addresses of pages, and shorten them for the log, which must not have secrets in it."""

from urllib.parse import urlsplit, urlunsplit

from archive.urls.web_address import address_host, same_page_key


def url_key(url: str) -> str:
    """Return what two spellings of one address have in common; an invalid URL unchanged.

    So lightly normalized that two different pages never become one: the case and order of path and
    query stay as they are.
    """
    return same_page_key(url)


def either_scheme(url: str) -> tuple[str, ...]:
    """Return a web address with its scheme and with the other one: web archives mix the two."""
    scheme, separator, rest = url.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme.lower())
    return (url, f"{other}{separator}{rest}") if other else (url,)


def url_host(url: str) -> str:
    """Return the host in `url`, "" where it has none or is invalid."""
    return address_host(url)


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
