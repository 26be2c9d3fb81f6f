"""In which order a language writes the numbers of a date: day or month first."""

import tomllib
from functools import lru_cache
from importlib.resources import files


def order_of(lang: str) -> str:
    """Return "dmy" or "mdy", the order of numbers in dates in `lang`; "" where it is not known.

    `lang`: BCP 47 in lower case. English without a country has no order of its own; the other
    languages' are those of the Unicode CLDR.

    >>> order_of("en-us"), order_of("fr"), order_of("en"), order_of("sv")
    ('mdy', 'dmy', '', '')
    """
    orders, language = _orders(), lang.partition("-")[0]
    return orders.get(lang, orders.get(language, ""))


@lru_cache(maxsize=1)
def _orders() -> dict[str, str]:
    """Return the order of each language, and of its tags that differ from it."""
    text = files(__package__).joinpath("date_orders.toml").read_text("utf-8")
    return {
        tag: "" if order == "other" else order
        for order, tags in tomllib.loads(text).items()
        for tag in tags.split()
    }
