"""Check the quotations in a text against the archive"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import FetchError, FormatError
from onrecord.command_context import Context
from onrecord.print_output import console, json_option, print_json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from index.quotes.article.article_text import Article
    from index.quotes.resolve_quotation import Resolver
    from onrecord.quotations.check_text import CheckedQuotation, SearchScope


@click.command("check")
@click.argument("article", metavar="[FILE|URL|-]", required=False)
@click.option("--quote", help="Check this one quotation instead of an article.")
@click.option(
    "--batch",
    type=click.Path(exists=True, allow_dash=True, dir_okay=False, path_type=Path),
    help='A file of {"quote": …} lines, answered in order; "quoting": ID leaves out statement ID.',
)
@click.option(
    "--html", "report_file", type=click.Path(path_type=Path), help="Write an HTML report here."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["html", "markdown", "text"]),
    help="The article's format.  [default: by its name and first characters]",
)
@click.option("--without", multiple=True, metavar="ID", help="Ignore this statement (repeatable).")
@json_option
@click.pass_obj
def command(
    context: Context,
    article: str | None,
    quote: str | None,
    batch: Path | None,
    report_file: Path | None,
    format_: str | None,
    without: tuple[str, ...],
    as_json: bool,
) -> None:
    """Find the source of every quotation in an article: FILE, URL, or - for standard input.

    A URL is fetched but not stored. Exit code 0: every quotation is verbatim or elided; 1: some
    are not, or the article has none. A quotation that is not found is reported with what was
    searched.
    """
    if sum(bool(result) for result in (article, quote, batch)) != 1:
        raise click.UsageError("expected one of: FILE, URL or -; --quote TEXT; --batch FILE")
    text = _read(context, article, format_ or "") if article else None
    with context.engine() as engine, context.catalogue() as catalogue:
        from index.quotes.resolve_quotation import Resolver
        from onrecord.quotations.check_text import search_scope

        resolver, scope = Resolver(engine), search_scope(catalogue, engine.count())
        if batch is not None:
            all_clean = _answer_lines(catalogue, resolver, scope, batch, without)
            raise SystemExit(0 if all_clean else 1)
        results = _checked(context, catalogue, resolver, text, quote or "", without)
        _show(results, scope, as_json)
        if report_file is not None:
            from onrecord.evidence.record_export import record_export
            from onrecord.quotations.html_report import write_report

            statements = [result.version.statement for result in results if result.version]
            record_export(context.home, "report", report_file, statements, context.warn)
            write_report(report_file, text, results, scope, catalogue, context.settings)
            context.say(f"written: {report_file}")
    if not results:
        context.warn(f"{article}: no quotations found")
    is_clean = all(result.is_faithful or result.may_be_title for result in results)
    raise SystemExit(0 if is_clean and any(result.is_faithful for result in results) else 1)


def _checked(
    context: Context,
    catalogue: "Connection",
    resolver: "Resolver",
    text: "Article | None",
    quote: str,
    without: tuple[str, ...],
) -> "list[CheckedQuotation]":
    from index.quotes.article.find_quotations import find_quotations
    from onrecord.quotations.check_text import annotate, check_article

    if text is None:
        return [annotate(catalogue, resolver.resolve(quote, excluded=without, with_nearest=True))]
    quotations = find_quotations(text)
    if skipped := [quotation.text for quotation in quotations if quotation.found_by == "name"]:
        context.say(f"not checked, names or titles: {', '.join(skipped[:5])}")
    return list(check_article(catalogue, resolver, quotations, without))


def _answer_lines(
    catalogue: "Connection",
    resolver: "Resolver",
    scope: "SearchScope",
    batch: Path,
    without: tuple[str, ...],
) -> bool:
    """Write one answer per line of `batch`; return whether all are verbatim or elided."""
    from onrecord.quotations.check_text import annotate
    from onrecord.quotations.json_report import checked_json, search_scope_json

    coverage = search_scope_json(scope)
    all_clean = True
    for line in _lines(batch):
        answer = resolver.resolve(line.quote, excluded={*without, *line.quoting})
        checked = annotate(catalogue, answer)
        all_clean = all_clean and checked.is_faithful
        print_json(line.id_field | checked_json(checked, coverage))
    return all_clean


def _show(results: "list[CheckedQuotation]", scope: "SearchScope", as_json: bool) -> None:
    from index.quotes.compare.decide_verdict import Verdict

    if as_json:
        from onrecord.quotations.json_report import checked_json, search_scope_json

        coverage = search_scope_json(scope)
        for checked in results:
            print_json(checked_json(checked, coverage))
        return
    from onrecord.quotations import terminal_report

    terminal = console()
    for checked in results:
        terminal_report.print_quotation(terminal, checked)
    if len(results) > 1:
        terminal_report.print_summary(terminal, results)
    if any(result.resolution.verdict is Verdict.NOT_FOUND for result in results):
        terminal_report.print_search_scope(terminal, scope)


def _read(context: Context, name: str, kind: str) -> "Article":
    from archive.sandbox.pool import shared_sandbox
    from index.quotes.article.article_text import MAX_ARTICLE_BYTES, read_article

    if name == "-":
        return shared_sandbox().call(
            read_article, sys.stdin.buffer.read(MAX_ARTICLE_BYTES + 1), "standard input", kind
        )
    if name.startswith(("http://", "https://")):
        return shared_sandbox().call(read_article, _fetched(context, name), name, kind or "html")
    path = Path(name)
    if not path.is_file():
        raise click.BadParameter(f"no such file: {name}")
    with path.open("rb") as file:
        return shared_sandbox().call(read_article, file.read(MAX_ARTICLE_BYTES + 1), name, kind)


def _fetched(context: Context, url: str) -> bytes:
    """Return the body of a page, fetched as a capture is, into a temporary archive."""
    from archive.models import Outcome, Role
    from onrecord.collect.open_network import open_fetcher, open_temporary_store

    with (
        open_temporary_store() as (_, store),
        open_fetcher(context, store, delay=0.0) as fetcher,
    ):
        answer = fetcher.fetch(url, source="", role=Role.PAGE)[-1]
    if answer.capture.outcome is not Outcome.OK:
        raise FetchError(
            f"{url}: {answer.capture.outcome.value} {answer.capture.explanation}".rstrip()
        )
    return answer.body


@dataclass(frozen=True, slots=True)
class _Line:
    quote: str
    quoting: tuple[str, ...]  # statements that quote: not candidates for the source
    id_field: dict[str, str]  # {"id": …} of the line, or {}: copied to the answer


def _lines(batch: Path) -> Iterator[_Line]:
    with sys.stdin if str(batch) == "-" else batch.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _line(line, f"{batch}:{number}")


def _line(line: str, position: str) -> _Line:
    try:
        value = json.loads(line)
        quote, quoting = value["quote"], value.get("quoting", [])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(
            f'{position}: expected {{"quote": …}}, found {line.strip():.60}'
        ) from error
    if not isinstance(quote, str):
        raise FormatError(f"{position}: quote: expected text, found {quote!r:.60}")
    names = [quoting] if isinstance(quoting, str) else quoting
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise FormatError(f"{position}: quoting: expected a statement's id, found {quoting!r:.60}")
    return _Line(quote, tuple(names), {"id": str(value["id"])} if "id" in value else {})
