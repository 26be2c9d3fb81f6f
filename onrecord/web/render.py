"""Templates: one environment a language, and the few things that templates may call."""

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
from onrecord.output import clean
from onrecord.web.i18n import FixedWords, choose_language, install_translations, languages
from onrecord.web.read_only_archive import ReadOnlyArchive

HERE = Path(__file__).parent
COOKIE = "ui"
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_LOCALES = {"en": "en_GB"}  # days before months
_UNSAFE_LINK = re.compile(r"(?!https?://)", re.IGNORECASE)


def archive_of(request: Request) -> ReadOnlyArchive:
    room: ReadOnlyArchive = request.app.state.room
    return room


def language_of(request: Request) -> str:
    return choose_language(
        request.query_params.get(COOKIE, ""),
        request.cookies.get(COOKIE, ""),
        request.headers.get("accept-language", ""),
    )


def render(request: Request, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """Return a page made of `template` in the reader's language."""
    language = language_of(request)
    room = archive_of(request)
    page = environment(language).get_template(template)
    text = page.render(
        path=request.url.path,
        address=str(request.url.include_query_params(ui="")).partition("ui=")[0],
        memento_base=room.memento_base,
        protected=request.app.state.protected,
        **facts,
    )
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
    answer = HTMLResponse(text, status, headers)
    if request.query_params.get(COOKIE, "") in languages():
        answer.set_cookie(COOKIE, language, 31536000, samesite="lax", httponly=True)
    return answer


@cache
def environment(language: str) -> Environment:
    """Return the environment of templates in `language`; everything is escaped."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[FixedWords],
    )
    install_translations(made, language)
    made.globals |= {
        "language": language,
        "languages": languages(),
        "version": VERSION,
        "statement_url": statement_url,
    }
    made.filters |= {
        "clean": clean,
        "day": partial(_day, _LOCALES.get(language, language)),
        "moment": partial(_moment, _LOCALES.get(language, language)),
        "number": partial(_number, language),
        "issued": partial(_issued, _LOCALES.get(language, language)),
        "direction": direction,
        "lang": _lang,
        "web": web_address,
        "stamp": timestamp14,
        "short": _short,
    }
    return made


def statement_url(name: str, *parts: str) -> str:
    """Return the path of a statement's or version's page.

    >>> statement_url("panel:PD_7@0e42", "cite")
    '/statement/panel:PD_7@0e42/cite'
    """
    return "/".join(["/statement", quote(name, safe=":@._-"), *parts])


def memento_path(capture: Capture) -> str:
    """Return a capture's memento below the replay's /web/; "" for a transcript."""
    if capture.role is Role.TRANSCRIPT:
        return ""
    return f"{timestamp14(capture.captured)}/{capture.url}"


def web_address(url: str) -> str:
    """Return `url` if it may stand in a link; "" for anything but http and https."""
    return "" if _UNSAFE_LINK.match(url) else url


def direction(lang: str) -> str:
    """Return which way a language is written; "auto" where we do not know the language."""
    first = lang.partition("-")[0].lower()
    if first in ("", "und"):
        return "auto"
    return "rtl" if first in _RIGHT_TO_LEFT else "ltr"


def _lang(lang: str) -> str:
    return "" if lang in ("", "und") else lang


def _short(digest: str) -> str:
    return digest[:12]


@lru_cache(4096)
def _day(language: str, value: str) -> str:
    """Return an ISO 8601 date for people, no more precise than it is."""
    try:
        if len(value) == 4:
            return value
        if len(value) == 7:
            return str(format_date(date.fromisoformat(f"{value}-01"), "LLLL y", language))
        return str(format_date(date.fromisoformat(value[:10]), "long", language))
    except ValueError:
        return value


@lru_cache(4096)
def _moment(language: str, when: datetime) -> str:
    return f"{format_datetime(when, 'd MMM y, HH:mm', locale=language)} UTC"


@lru_cache(4096)
def _number(language: str, number: int) -> str:
    return str(format_decimal(number, locale=language))


def _issued(language: str, issued: Issued | str | None) -> str:
    value = issued.value if isinstance(issued, Issued) else issued
    return _day(language, value) if value else ""
