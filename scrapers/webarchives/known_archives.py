"""The hosts of public web archives whose replayed pages are filed under the page's own address.

On the word of any other host nothing is filed as a publisher's: everybody can serve a page at an
address that ends with 14 digits and somebody else's address. Nor on that of services that replay
what their users upload.
"""

from archive.urls.web_address import address_host

_HOSTS = frozenset(
    [
        "web.archive.org",  # Internet Archive
        "wayback.archive-it.org",  # Archive-It
        "archive-it.org",
        "arquivo.pt",  # Portugal
        "webarchive.org.uk",  # British Library
        "webarchive.nationalarchives.gov.uk",
        "webarchive.parliament.uk",
        "webarchive.loc.gov",  # Library of Congress
        "webharvest.gov",  # National Archives of the United States
        "swap.stanford.edu",
        "wayback.vefsafn.is",  # Iceland
        "vefsafn.is",
        "webarchiv.cz",
        "wayback.webarchiv.cz",
        "haw.nsk.hr",  # Croatia
        "webarchiv.onb.ac.at",  # Austria
        "webarchiv.bundestag.de",
        "webarchive.nla.gov.au",  # Australia
        "trove.nla.gov.au",
        "ndhadeliver.natlib.govt.nz",  # New Zealand
        "webarchive.bac-lac.gc.ca",  # Canada
        "web.archive.bibalex.org",
        "warp.da.ndl.go.jp",  # Japan
    ]
)


def is_known_archive(url: str) -> bool:
    """Return whether `url` is at a public web archive, or at a host of one."""
    host = address_host(url)
    return host in _HOSTS or any(host.endswith(f".{known}") for known in _HOSTS)
