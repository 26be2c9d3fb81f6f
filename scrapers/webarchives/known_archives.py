"""The hosts of public web archives whose replayed pages are filed under the page's own address.

On the word of any other host nothing is filed as a publisher's: everybody can serve a page at an
address that ends with 14 digits and somebody else's address.
"""

from archive.urls.web_address import address_host

_HOSTS = frozenset(
    [
        "web.archive.org",  # Internet Archive
        "web-beta.archive.org",
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
        "arhiv.nuk.uni-lj.si",  # Slovenia
        "webarchiv.sk",
        "webarchiv.onb.ac.at",  # Austria
        "webarchiv.bundestag.de",
        "webarchive.nla.gov.au",  # Australia
        "web.archive.org.au",
        "trove.nla.gov.au",
        "ndhadeliver.natlib.govt.nz",  # New Zealand
        "webarchive.bac-lac.gc.ca",  # Canada
        "webarchives.bnf.fr",
        "archive.unesco.org",
        "webarchive.un.org",
        "collections.internetmemory.org",
        "perma-archives.org",
        "perma.cc",
        "conifer.rhizome.org",
        "webrecorder.io",
        "web.archive.bibalex.org",
        "warp.da.ndl.go.jp",  # Japan
        "webarchives.go.kr",
    ]
)


def is_known_archive(url: str) -> bool:
    """Return whether `url` is at a public web archive, or at a host of one."""
    host = address_host(url)
    return host in _HOSTS or any(host.endswith(f".{known}") for known in _HOSTS)
