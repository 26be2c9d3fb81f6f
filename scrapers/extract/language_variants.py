"""Identifiers and URLs of one statement in several languages."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapers.source_format.source import Source

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # BCP 47
_LANGUAGE_SUFFIX = re.compile(r" \([a-z]{2,3}(?:-[A-Za-z0-9]+)*\)\Z")


def identifier_in_language(identifier: str, lang: str, source: "Source") -> str:
    """Return the identifier in `lang` of a statement whose `identifier` all languages share.

    In a source's first language it is unchanged: "SG/SM/7", but "SG/SM/7 (fr)".
    """
    first = source.languages[0].partition("-")[0]
    return identifier if lang.partition("-")[0] in (first, "und") else f"{identifier} ({lang})"


def identifiers_by_language(identifier: str, source: "Source") -> dict[str, str]:
    """Return the statement's identifier in each language of its source."""
    identifiers = _translate_by_rule(identifier, source, "identity")
    if any(layout.each_language for layout in source.layouts):
        shared = _LANGUAGE_SUFFIX.sub("", identifier)
        identifiers |= {
            lang: identifier_in_language(shared, lang, source) for lang in source.languages
        }
    return identifiers


def urls_by_language(url: str, source: "Source") -> dict[str, str]:
    """Return the statement's URL in each language of its source."""
    return _translate_by_rule(url, source, "url")


def _translate_by_rule(name: str, source: "Source", kind: str) -> dict[str, str]:
    rule = source.siblings
    if rule is None or rule.of != kind or not (match := re.search(rule.pattern, name)):
        return {}
    before, after = name[: match.start()], name[match.end() :]
    groups = (match[0], *match.groups(""))
    return {lang: f"{before}{form.format(*groups)}{after}" for lang, form in rule.forms.items()}
