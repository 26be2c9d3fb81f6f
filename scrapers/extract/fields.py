"""Read the fields of a document by a layout's rules, into a Reading.

A document is a page, an item of a feed or a JSON response. Where a rule does not match as often as
it requires, nothing is guessed: a LayoutError names the field, what was expected and found.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from archive.errors import FormatError, LayoutError
from archive.models import Issued, Problem, ProblemKind, Reading
from archive.urls.web_address import is_web_address, parse_address, resolve_or_keep
from scrapers.extract.apply_rule import NoMatchError, apply_rule
from scrapers.extract.dates import DateReading, interpret_date
from scrapers.extract.language_variants import LANGUAGE_TAG, identifier_in_language
from scrapers.extract.signatories import find_signatories
from scrapers.extract.unclear_date import unclear_date
from scrapers.parse.html.html_page import split_selector
from scrapers.parse.html.json_ld import JSON_LD_PREFIX as JSON_LD
from scrapers.source_format.extraction_rule import DateRule, Rule
from scrapers.source_format.page_layout import Layout
from scrapers.source_format.source import Source

# How often a selector may match, at least and at most; any number for other values of `match`.
_MATCH_COUNTS = {"one": (1, 1), "optional": (0, 1), "some": (1, None)}


# Of a date that is printed, if in an order or a calendar that is not known: "2/6/2026", "1445 هـ".
_NUMBERS_OF_DATE = re.compile(
    r"\d{1,4}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{1,4}|\d.*?(?<!\d)[12]\d{3}(?!\d)"
)


class Document(Protocol):
    """A page, an item of a feed or a JSON response, from which values and text are selected."""

    url: str
    lang: str

    def values(self, selector: str) -> list[str]:
        """Return each match of `selector` as one line."""

    def text(self, selectors: Sequence[str], drop: Sequence[str] = ()) -> str | None:
        """Return the text of the matches of `selectors`, one block a line; None for no match."""

    def pairs(self, selector: str, first: str, second: str) -> list[tuple[str, str]]:
        """Return two values of each match of `selector`."""


def read_document(
    document: Document, source: Source, layout: Layout
) -> tuple[Reading, tuple[Problem, ...]]:
    """Read `document` by `layout`; LayoutError where it does not fit.

    A date that is printed but unclear is left out, with a Problem that names what it may mean.
    """
    fields = _FieldReader(document, layout, source)
    identifier, title = fields.value("identity"), fields.value("title")
    omitted = (*layout.drop, *layout.notices) if layout.reads == "html" else layout.drop
    text = document.text(layout.text, omitted)
    if text is None or (not text and not layout.empty_text):
        found = "no match" if text is None else "no text in it"
        raise LayoutError(document.url, "text", " or ".join(layout.text), found)
    signatories = tuple(fields.values("signatories"))
    experts = find_signatories(text) if layout.experts and not signatories else ()
    lang = _language_tag(fields.value("lang", document.lang), source)
    if layout.each_language:
        identifier = identifier_in_language(identifier, lang, source)
    issuers = fields.values("issuer") or ([layout.experts] if experts else [])
    reading = Reading(
        identifier=identifier,
        url=resolve_or_keep(document.url, fields.value("url", document.url)),
        title=title,
        text=text,
        issuer="; ".join(issuers) or source.issuer,
        publisher=source.publisher,
        lang=lang,
        kind=fields.value("kind", source.kind),
        reader=f"{source.name}/{layout.version}",
        issued=fields.date("issued"),
        modified=changed.value if (changed := fields.date("modified")) else "",
        speakers=tuple(fields.values("speakers")),
        signatories=signatories or experts,
        venue=fields.value("venue", ""),
        translations=fields.translations(),
        notices=_read_notices(document, layout),
    )
    return reading, tuple(fields.unclear_dates)


def interpret_source_date(printed: str, rule: DateRule, source: Source, lang: str) -> DateReading:
    """Return what a date of `source` says: in its zone, and in the document's language."""
    return interpret_date(
        printed,
        order=rule.order,
        zone=rule.zone or source.zone,
        precision=rule.precision,
        lang=_language_tag(lang, source).replace("und", ""),
    )


def _read_notices(document: Document, layout: Layout) -> tuple[str, ...]:
    """Return the text of each of the layout's notices that the document has, in one line."""
    texts = (document.text([selector]) for selector in layout.notices)
    return tuple(" ".join(text.split()) for text in texts if text)


def check_issue_date(reading: Reading, captured: date) -> list[Problem]:
    """Return a Problem where a reading's issue date is later than its capture."""
    issued = reading.issued
    latest = (captured + timedelta(days=2)).isoformat()
    if issued is not None and issued.value[:10] > latest[: len(issued.value[:10])]:
        expected = f"a day no later than its capture, {captured.isoformat()}"
        found = f"{issued.value} ({issued.printed!r})"
        return [
            Problem(
                url=reading.url,
                field="issued",
                expected=expected,
                found=found,
                kind=ProblemKind.DOUBT,
            )
        ]
    return []


def check_address(reading: Reading, page_url: str) -> tuple[Reading, list[Problem]]:
    """Return `reading` at the page's own address, and a Problem, where its address is none."""
    try:
        parse_address(reading.url)
    except FormatError as error:
        problem = Problem(
            url=page_url,
            field="url",
            expected=error.expected,
            found=f"{error.found}; the page's own is taken",
            kind=ProblemKind.DOUBT,
        )
        return replace(reading, url=page_url), [problem]
    return reading, []


class _FieldReader:
    """Reads the fields of a document by the rules of a layout."""

    def __init__(self, document: Document, layout: Layout, source: Source) -> None:
        self._document, self._layout, self._source = document, layout, source
        self.unclear_dates: list[Problem] = []

    def value(self, name: str, default: str | None = None) -> str:
        """Return the one value of a field; LayoutError for several, or for none and no default."""
        values = self.values(name)
        if len(values) > 1:
            raise LayoutError(self._document.url, name, "one value", f"{len(values)}: {values}")
        if not values and default is None:
            raise LayoutError(self._document.url, name, _describe_rules(self._rules(name)), "none")
        return values[0] if values else default or ""

    def values(self, name: str) -> list[str]:
        """Return all values of a field, by the first of its rules that gives any."""
        for rule in self._rules(name):
            if values := self._apply(rule, name):
                return list(dict.fromkeys(values))
        return []

    def date(self, name: str) -> Issued | None:
        """Return a field's date, by the first of its rules that gives one.

        LayoutError for what is no date at all; a date that is unclear is noted, and the next rule
        applied.
        """
        rules: tuple[DateRule, ...] = getattr(self._layout, name)
        lang = self.value("lang", self._document.lang) if rules else ""
        for rule in rules:
            printed = self._apply(rule, name)
            if not printed:
                continue
            reading = interpret_source_date(printed[0], rule, self._source, lang)
            if reading.value:
                origin = _date_origin(rule.select, self._layout.reads)
                return Issued(reading.value, printed[0], origin)
            if not _NUMBERS_OF_DATE.search(printed[0]):
                raise LayoutError(self._document.url, name, "a date", repr(printed[0][:80]))
            self.unclear_dates.append(
                unclear_date(self._document.url, name, printed[0], reading.alternatives)
            )
        return None

    def translations(self) -> tuple[tuple[str, str], ...]:
        """Return (language, URL) of the document in other languages."""
        rule = self._layout.translations
        if rule is None:
            return ()
        pairs = self._document.pairs(rule.select, rule.lang, rule.url)
        own_urls = {self._document.url, self.value("url", self._document.url)}
        return tuple(
            (lang, url)
            for lang, url in dict.fromkeys(pairs)
            if LANGUAGE_TAG.fullmatch(lang)
            and lang != "x-default"
            and url not in own_urls
            and is_web_address(url)
        )

    def _rules(self, name: str) -> tuple[Rule, ...]:
        rules: tuple[Rule, ...] = getattr(self._layout, name)
        return rules

    def _apply(self, rule: Rule, name: str) -> list[str]:
        if rule.value is not None:
            return [rule.value]
        matches = [value for value in self._document.values(rule.select) if value]
        minimum, maximum = _MATCH_COUNTS.get(rule.match, (0, None))
        if len(matches) < minimum or (maximum is not None and len(matches) > maximum):
            expected = f"{rule.match} of {rule.select}"
            raise LayoutError(self._document.url, name, expected, str(len(matches)))
        selected = matches[:1] if rule.match == "first" else matches
        values = (self._transform(rule, name, value) for value in selected)
        if rule.split:
            return [part for value in values for part in re.split(rule.split, value) if part]
        return [value for value in values if value]

    def _transform(self, rule: Rule, name: str, value: str) -> str:
        try:
            return apply_rule(rule, value)
        except NoMatchError as error:
            if rule.match in {"optional", "any"} and error.by_pattern:
                return ""
            found = repr(value[:80])
            raise LayoutError(self._document.url, name, error.expected, found) from error


def _describe_rules(rules: Sequence[Rule]) -> str:
    return " or ".join(rule.select or repr(rule.value) for rule in rules) or "a rule"


def _language_tag(declared: str, source: Source) -> str:
    """Return a BCP 47 tag: the declared one, else the source's only language, else "und"."""
    if LANGUAGE_TAG.fullmatch(declared):
        language, *rest = declared.split("-")
        return "-".join([language.lower(), *rest])
    return source.languages[0] if len(source.languages) == 1 else "und"


def _date_origin(select: str, reads: str) -> str:
    if select == "@url":
        return "url"
    if reads == "feed":
        return "feed"
    if reads in {"json", "items"}:
        return "json"
    if select.startswith(JSON_LD):
        return "json-ld"
    css, attribute = split_selector(select)
    if css.lstrip().startswith("meta"):
        return "meta"
    return "time" if attribute == "datetime" else "selector"
