"""The reading room's own words: which language a reader gets, and texts in it (gettext, Babel)."""

from functools import cache
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.support import NullTranslations, Translations
from jinja2 import Environment, nodes
from jinja2.ext import InternationalizationExtension

WORDS = Path(__file__).parent / "locale"
_SPOKEN = "spoken"  # an environment's global: what turns its messages into its language
FIRST = "en"  # what templates are written in


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that the reading room speaks; English is in the templates."""
    return FIRST, *sorted(path.name for path in WORDS.iterdir() if (path / "LC_MESSAGES").is_dir())


@cache
def translations(language: str) -> NullTranslations:
    """Return what turns messages into `language`."""
    if language == FIRST:
        return NullTranslations()
    found: NullTranslations = Translations.load(WORDS, [language])
    return found


class FixedWords(InternationalizationExtension):
    """Jinja's `trans`, but what has nothing to fill in is translated when a template is compiled.

    Each language has an environment of its own; a page says some forty such things.
    """

    def _make_node(
        self, singular: str, plural: str | None, context: str | None, *others: Any
    ) -> nodes.Output:
        variables, number, referenced, _ = others
        if plural is None and context is None and number is None and not (variables or referenced):
            spoken: Any = self.environment.globals[_SPOKEN]
            said = spoken.gettext(singular).replace("%%", "%")
            return nodes.Output([nodes.TemplateData(said)])
        return super()._make_node(singular, plural, context, *others)


def install_translations(environment: Environment, language: str) -> None:
    """Make the templates of `environment`, which has FixedWords, speak `language`."""
    spoken = translations(language)
    environment.globals[_SPOKEN] = spoken
    environment.install_gettext_translations(spoken, newstyle=True)  # type: ignore[attr-defined]


def choose_language(asked: str, kept: str, accepted: str) -> str:
    """Return the language to speak: as asked for now, as chosen before, as the browser prefers.

    `accepted` is an Accept-Language header (RFC 9110, 12.5.4).

    >>> chosen("", "", "de, fr;q=0.8")
    'en'
    """
    for wanted in (asked, kept):
        if wanted in languages():
            return wanted
    if not accepted:
        return FIRST
    ranked = sorted(map(_weighed, accepted.split(",")[:20]), key=lambda pair: -pair[0])
    preferred = [tag for weight, tag in ranked if weight > 0 and tag]
    return negotiate_locale(preferred, languages(), sep="-") or FIRST


def _weighed(part: str) -> tuple[float, str]:
    tag, _, rest = part.strip().partition(";")
    weight = rest.strip().removeprefix("q=")
    try:
        return (float(weight) if weight else 1.0), tag.strip()
    except ValueError:
        return 0.0, ""
