"""Internationalisation: choose the reader's language; load its gettext catalogue (Babel)."""

from functools import cache
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.support import NullTranslations, Translations
from jinja2 import Environment, nodes
from jinja2.ext import InternationalizationExtension

LOCALE_FOLDER = Path(__file__).parent / "locale"
_TRANSLATIONS = "gettext_catalogue"  # global of an environment: the catalogue of its language
DEFAULT_LANGUAGE = "en"  # the language of the templates' own messages


@cache
def languages() -> tuple[str, ...]:
    """Return the languages of the reading room, the default first; the others have catalogues."""
    folders = (path for path in LOCALE_FOLDER.iterdir() if (path / "LC_MESSAGES").is_dir())
    return DEFAULT_LANGUAGE, *sorted(path.name for path in folders)


@cache
def load_translations(language: str) -> NullTranslations:
    """Return the catalogue of `language`; an empty one for the default language."""
    if language == DEFAULT_LANGUAGE:
        return NullTranslations()
    catalogue: NullTranslations = Translations.load(LOCALE_FOLDER, [language])
    return catalogue


class ConstantTranslations(InternationalizationExtension):
    """Jinja's `trans`, but messages without variables are translated at compile time.

    This is possible because each language has its own environment; a page has some forty such
    messages.
    """

    def _make_node(
        self, singular: str, plural: str | None, context: str | None, *arguments: Any
    ) -> nodes.Output:
        variables, number, referenced, _ = arguments
        if plural is None and context is None and number is None and not (variables or referenced):
            translations: Any = self.environment.globals[_TRANSLATIONS]
            text = translations.gettext(singular).replace("%%", "%")
            return nodes.Output([nodes.TemplateData(text)])
        return super()._make_node(singular, plural, context, *arguments)


def install_translations(environment: Environment, language: str) -> None:
    """Make the templates of `environment`, which has FixedWords, speak `language`."""
    translations = load_translations(language)
    environment.globals[_TRANSLATIONS] = translations
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]


def choose_language(requested: str, stored: str, accepted: str) -> str:
    """Return the language to use: requested now, else stored before, else accepted by the browser.

    `requested` and `stored` are language tags or ""; `accepted` is an Accept-Language header
    (RFC 9110, 12.5.4).

    >>> choose_language("", "", "de, fr;q=0.8")
    'en'
    """
    for language in (requested, stored):
        if language in languages():
            return language
    if not accepted:
        return DEFAULT_LANGUAGE
    parts = accepted.split(",")[:20]
    weighted_tags = sorted(map(_parse_weighted, parts), key=lambda pair: -pair[0])
    preferred = [tag for weight, tag in weighted_tags if weight > 0 and tag]
    return negotiate_locale(preferred, languages(), sep="-") or DEFAULT_LANGUAGE


def _parse_weighted(part: str) -> tuple[float, str]:
    tag, _, rest = part.strip().partition(";")
    weight = rest.strip().removeprefix("q=")
    try:
        return (float(weight) if weight else 1.0), tag.strip()
    except ValueError:
        return 0.0, ""
