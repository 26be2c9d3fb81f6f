"""Render templates: one Jinja environment per language, with the filters that templates use."""

import re
from datetime import date, datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from archive.models import Capture, Issued, Role
from archive.urls.memento import timestamp14
from onrecord import VERSION
from onrecord.print_output import clean
from onrecord.web.i18n import ConstantTranslations, choose_language, install_translations, languages
from onrecord.web.read_only_archive import ReadOnlyArchive

WEB_FOLDER = Path(__file__).parent
LANGUAGE_COOKIE = "ui"
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_DATE_LOCALES = {"en": "en_GB"}  # days before months
_NOT_HTTP = re.compile(r"(?!https?://)", re.IGNORECASE)


def archive_of(request: Request) -> ReadOnlyArchive:
    archive: ReadOnlyArchive = request.app.state.archive
    return archive


def language_of(request: Request) -> str:
    return choose_language(
        request.query_params.get(LANGUAGE_COOKIE, ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
        request.headers.get("accept-language", ""),
    )


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return the page that `template` makes of `values`, in the reader's language."""
    language = language_of(request)
    archive = archive_of(request)
    page_template = environment(language).get_template(template)
    text = page_template.render(
        path=request.url.path,
        memento_base=archive.memento_base,
        protected=request.app.state.protected,
        **values,
    )
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    response = HTMLResponse(text, status, headers)
    if request.query_params.get(LANGUAGE_COOKIE, "") in languages():
        response.set_cookie(LANGUAGE_COOKIE, language, 31536000, samesite="lax", httponly=True)
    return response


@cache
def environment(language: str) -> Environment:
    """Return the Jinja environment of `language`; it escapes all values (autoescape)."""
    env = Environment(
        loader=FileSystemLoader(WEB_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[ConstantTranslations],
    )
    install_translations(env, language)
    env.globals |= {
        "language": language,
        "languages": languages(),
        "program_version": VERSION,
        "statement_url": statement_url,
    }
    env.filters |= {
        "clean": clean,
        "day": partial(_format_day, _DATE_LOCALES.get(language, language)),
        "moment": partial(_format_moment, _DATE_LOCALES.get(language, language)),
        "number": partial(_format_number, language),
        "issued": partial(_format_issued, _DATE_LOCALES.get(language, language)),
        "direction": direction,
        "lang": _known_lang,
        "linkable": linkable_url,
    }
    return env


def statement_url(name: str, *parts: str) -> str:
    """Return the path of a statement's or version's page.

    >>> statement_url("panel:PD_7@0e42", "cite")
    '/statement/panel:PD_7@0e42/cite'
    """
    return "/".join(["/statement", quote(name, safe=":@._-"), *parts])


def memento_path(capture: Capture) -> str:
    """Return the path of a capture's memento below /web/ of the replay; "" for a transcript."""
    if capture.role is Role.TRANSCRIPT:
        return ""
    return f"{timestamp14(capture.captured)}/{capture.url}"


def linkable_url(url: str) -> str:
    """Return `url` if it is safe in a link, else "": only http and https are."""
    return "" if _NOT_HTTP.match(url) else url


def direction(lang: str) -> str:
    """Return the `dir` attribute for a language: "ltr", "rtl", or "auto" for an unknown one."""
    first = lang.partition("-")[0].lower()
    if first in ("", "und"):
        return "auto"
    return "rtl" if first in _RIGHT_TO_LEFT else "ltr"


def _known_lang(lang: str) -> str:
    return "" if lang in ("", "und") else lang


@lru_cache(4096)
def _format_day(language: str, value: str) -> str:
    """Return an ISO 8601 date formatted in `language`, with its own precision."""
    try:
        if len(value) == 4:
            return value
        if len(value) == 7:
            return str(format_date(date.fromisoformat(f"{value}-01"), "LLLL y", language))
        return str(format_date(date.fromisoformat(value[:10]), "long", language))
    except ValueError:
        return value


@lru_cache(4096)
def _format_moment(language: str, when: datetime) -> str:
    return f"{format_datetime(when, 'd MMM y, HH:mm', locale=language)} UTC"


@lru_cache(4096)
def _format_number(language: str, number: int) -> str:
    return str(format_decimal(number, locale=language))


def _format_issued(language: str, issued: Issued | str | None) -> str:
    """Return a date in words, at its precision; a guess in brackets with a question mark."""
    if isinstance(issued, Issued):
        day = _format_day(language, issued.value)
        return f"[{day}?]" if issued.is_guess else day
    return _format_day(language, issued) if issued else ""
