"""The order of numbers in dates by language, from the Unicode CLDR as babel has it.

`python -m tests.scrapers.extract.date_parts.cldr_date_orders` rewrites date_orders.toml: to load
the CLDR itself takes a reader 7 MiB of memory and 20 milliseconds a language.
"""

import re
import textwrap
from collections.abc import Iterator

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global

from tests.support.paths import ROOT

DATA = ROOT / "scrapers/extract/date_parts/date_orders.toml"
HEAD = """\
# The order of the numbers in dates, by language tag in lower case (BCP 47), from the Unicode CLDR:
# languages, and tags whose order is not their language's. "other" is any order but the two.
"""


def cldr_orders() -> dict[str, str]:
    """Return the order of every language; of those whose countries differ, with each country."""
    return {tag: _order(tag) for tag in _tags()}


def _tags() -> Iterator[str]:
    locales = {_lower(name) for name in localedata.locale_identifiers()}
    aliases = {_lower(name) for name in get_global("language_aliases")} - {"eng"}
    languages = {tag.partition("-")[0] for tag in locales | aliases}
    mixed = {
        "en",
        *(tag[:2] for tag in locales if tag[2:3] == "-" and _order(tag) != _order(tag[:2])),
    }
    names = {*get_global("territory_languages"), *get_global("territory_aliases")}
    territories = {code for code in names if code.isalpha() and len(code) == 2}
    yield from sorted(locales | aliases | languages)
    yield from (f"{lang}-{_lower(code)}" for lang in sorted(mixed) for code in sorted(territories))


def _lower(name: str) -> str:
    return name.replace("_", "-").lower()


def _order(tag: str) -> str:
    language, _, rest = tag.partition("-")
    if language == "en" and not rest:
        return ""
    try:
        pattern = Locale.parse(tag, sep="-").date_formats["short"].pattern.lower()
    except (UnknownLocaleError, ValueError, TypeError):
        return _order(language) if rest and language != "en" else ""
    order = re.sub(r"(.)\1*", r"\1", re.sub(r"[^dmy]", "", pattern))
    return order if order in {"dmy", "mdy"} else ""


def _filled(tags: list[str]) -> str:
    return textwrap.fill(" ".join(sorted(tags)), 100, break_on_hyphens=False)


def main() -> None:
    """Write the file."""
    orders = cldr_orders()
    kept: dict[str, list[str]] = {"dmy": [], "mdy": [], "other": []}
    for tag, order in orders.items():
        language = tag.partition("-")[0]
        if order != (orders[language] if tag != language else ""):
            kept[order or "other"].append(tag)
    parts = [f'{order} = """\n{_filled(tags)}\n"""\n' for order, tags in kept.items()]
    DATA.write_text(HEAD + "\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
