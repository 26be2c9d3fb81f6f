"""Find the source of every quotation in a text, and say what was done to it"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import FetchError, FormatError
from onrecord.context import Context
from onrecord.output import console, emit, json_option

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from index.quotes.article.article_text import Article
    from index.quotes.resolve import Resolver
    from onrecord.quotations.check import CheckedQuotation, SearchScope


@click.command("check")
@click.argument("article", metavar="[FILE|URL|-]", required=False)
@click.option("--quote", "given", help="Check this one quotation instead of an article.")
@click.option(
    "--batch",
    type=click.Path(exists=True, allow_dash=True, dir_okay=False, path_type=Path),
    help='A file of {"quote": …} lines; one answer a line, in order ("quoting": ID is left out).',
)
@click.option(
    "--html", "page", type=click.Path(path_type=Path), help="Write a report to this file."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["html", "markdown", "text"]),
    help="What the article is written in.  [default: by its name and first characters]",
)
@click.option("--without", multiple=True, metavar="ID", help="Leave this statement out.")
@json_option
@click.pass_obj
def command(
    context: Context,
    article: str | None,
    given: str | None,
    batch: Path | None,
    page: Path | None,
    kind: str | None,
    without: tuple[str, ...],
    as_json: bool,
) -> None:
    """Find the source of every quotation in an article: a file, an address, or "-" for stdin.

    An address is fetched, and not kept. Exit code 0: every quotation was resolved verbatim or
    elided; 1: some were not, or there is none. What is not found comes with what was searched.
    """
    if sum(bool(each) for each in (article, given, batch)) != 1:
        raise click.UsageError("expected one of: FILE, URL or -; --quote TEXT; --batch FILE")
    text = _read(context, article, kind or "") if article else None
    with context.engine() as engine, context.catalogue() as catalogue:
        from index.quotes.resolve import Resolver
        from onrecord.quotations.check import search_scope

        resolver, scope = Resolver(engine), search_scope(catalogue, engine.count())
        if batch is not None:
            clean = _answer_lines(catalogue, resolver, scope, batch, without)
            raise SystemExit(0 if clean else 1)
        every = _checked(context, catalogue, resolver, text, given or "", without)
        _show(every, scope, as_json)
        if page is not None:
            from onrecord.quotations.html_report import write_report

            write_report(page, text, every, scope, catalogue, context.settings)
            context.say(f"written: {page}")
    if not every:
        context.warn(f"{article}: no quotations found")
    raise SystemExit(0 if every and all(each.is_faithful for each in every) else 1)


def _checked(
    context: Context,
    catalogue: "Connection",
    resolver: "Resolver",
    text: "Article | None",
    given: str,
    without: tuple[str, ...],
) -> "list[CheckedQuotation]":
    from index.quotes.article.find_quotations import find_quotations
    from onrecord.quotations.check import annotate, check_article

    if text is None:
        return [annotate(catalogue, resolver.resolve(given, excluded=without, with_nearest=True))]
    found = find_quotations(text)
    if passed := [each.text for each in found if each.found_by == "name"]:
        context.say(f"taken for names or titles, not checked: {', '.join(passed[:5])}")
    return list(check_article(catalogue, resolver, found, without))


def _answer_lines(
    catalogue: "Connection",
    resolver: "Resolver",
    scope: "SearchScope",
    batch: Path,
    without: tuple[str, ...],
) -> bool:
    """Write an answer for each line; return whether all are verbatim or elided."""
    from onrecord.quotations.check import annotate
    from onrecord.quotations.json_report import checked_json, search_scope_json

    coverage = search_scope_json(scope)
    clean = True
    for line in _lines(batch):
        answer = resolver.resolve(line.quote, excluded={*without, *line.quoting})
        checked = annotate(catalogue, answer)
        clean = clean and checked.is_faithful
        emit(line.given | checked_json(checked, coverage))
    return clean


def _show(every: "list[CheckedQuotation]", scope: "SearchScope", as_json: bool) -> None:
    from index.quotes.compare.verdicts import Verdict

    if as_json:
        from onrecord.quotations.json_report import checked_json, search_scope_json

        coverage = search_scope_json(scope)
        for checked in every:
            emit(checked_json(checked, coverage))
        return
    from onrecord.quotations import terminal_report

    out = console()
    for checked in every:
        terminal_report.print_quotation(out, checked)
    if len(every) > 1:
        terminal_report.print_summary(out, every)
    if any(each.resolution.verdict is Verdict.NOT_FOUND for each in every):
        terminal_report.print_search_scope(out, scope)


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
    """Return the body of a page, fetched as a capture is, into a folder that is thrown away."""
    import tempfile
    from contextlib import closing

    from archive.archive_folder import create_archive
    from archive.models import Outcome, Role
    from archive.warc.store import WarcStore
    from onrecord import AGENT, VERSION
    from onrecord.settings import template
    from scrapers.fetch.client import NetworkFetcher
    from scrapers.fetch.policy import FetchPolicy, format_user_agent

    manners = FetchPolicy(
        user_agent=format_user_agent(VERSION, context.settings.contact),
        proxy=context.settings.proxy,
        delay=0.0,
    )
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        home = create_archive(Path(folder) / "archive", template())
        with (
            WarcStore(home.warc, software=AGENT) as store,
            closing(NetworkFetcher(store, manners)) as door,
        ):
            answer = door.fetch(url, source="", role=Role.PAGE)[-1]
    if answer.capture.outcome is not Outcome.OK:
        raise FetchError(f"{url}: {answer.capture.outcome.value} {answer.capture.note}".rstrip())
    return answer.body


@dataclass(frozen=True, slots=True)
class _Line:
    quote: str
    quoting: tuple[str, ...]  # statements that make the quotation: not its source
    given: dict[str, str]  # the line's own id, handed back


def _lines(batch: Path) -> Iterator[_Line]:
    with sys.stdin if str(batch) == "-" else batch.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _line(line, f"{batch}:{number}")


def _line(line: str, where: str) -> _Line:
    try:
        value = json.loads(line)
        quote, quoting = value["quote"], value.get("quoting", [])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(f'{where}: expected {{"quote": …}}, found {line.strip():.60}') from error
    if not isinstance(quote, str):
        raise FormatError(f"{where}: quote: expected text, found {quote!r:.60}")
    names = [quoting] if isinstance(quoting, str) else quoting
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise FormatError(f"{where}: quoting: expected a statement's id, found {quoting!r:.60}")
    return _Line(quote, tuple(names), {"id": str(value["id"])} if "id" in value else {})
