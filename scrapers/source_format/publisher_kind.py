"""A publisher's country and kind of body, by which `sources list` filters."""

import re
from typing import Literal, get_args

from babel import Locale

BodyKind = Literal[
    "",  # not stated
    "agency",  # an authority below a ministry: an environment agency, a police
    "attorney-general",
    "court",
    "government",  # a government as a whole, its head or its information service
    "head-of-state",
    "intergovernmental",  # a body of several states that is no part of the UN
    "media",  # a broadcaster or newspaper of a state or party
    "ministry",
    "ngo",
    "parliament",  # a parliament, a member or a group of it
    "un",
]
BODY_KINDS: tuple[str, ...] = tuple(kind for kind in get_args(BodyKind) if kind)

INTERNATIONAL = "INT"  # a body of no one country
_COUNTRY = re.compile(r"[A-Z]{2}")
# Codes of two letters in CLDR's list of territories that are no country's.
_NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)


def check_country(value: str) -> str:
    """Return `value`: an ISO 3166-1 alpha-2 code, EU (reserved there), INT, or "" for not stated.

    XK, Kosovo's, is taken too. ValueError for anything else.
    """
    if value in ("", INTERNATIONAL):
        return value
    names = Locale("en").territories
    if not _COUNTRY.fullmatch(value) or value in _NO_COUNTRIES or value not in names:
        raise ValueError(f"an ISO 3166-1 code of two letters, as DE, or EU, or {INTERNATIONAL}")
    return value
