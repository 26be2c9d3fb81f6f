"""Find the source of every quotation in a text, and say what was done to it"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import FetchError, FormatError
from onrecord.context import Context
from onrecord.output import console, emit, json_option

if TYPE_CHECKING:
    from index.quotes.articles import Article
    from onrecord.checking import Checked


@click.command("check")
@click.argument("article", metavar="[FILE|URL|-]", required=False)
@click.option("--quote", "given", help="Check this one quotation instead of an article.")
@click.option(
    "--batch",
    type=click.Path(exists=True, allow_dash=True, dir_okay=False, path_type=Path),
    help='A file of {"quote": …} lines; one answer a line, in order.',
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
    from index.quotes.resolve import Resolver
    from onrecord.checking import check_article, searched, told

    text = _read(context, article, kind or "") if article else None
    with context.engine() as engine, context.catalogue() as catalogue:
        resolver = Resolver(engine, leave_out=without)
        scope = searched(catalogue, engine.count())
        if batch is not None:
            from onrecord.report.lines import checked_json

            clean = True
            for quote, more in _quotes(batch):
                checked = told(catalogue, resolver.resolve(quote))
                clean = clean and checked.clean
                emit(more | checked_json(checked, scope))
            raise SystemExit(0 if clean else 1)
        if text is not None:
            from index.quotes.finding import quotations

            found = quotations(text)
            every = list(check_article(catalogue, resolver, found))
            passed = [each for each in found if each.way == "name"]
        else:
            every, passed = [told(catalogue, resolver.resolve(given or ""))], []
        if as_json:
            from onrecord.report.lines import checked_json

            for checked in every:
                emit(checked_json(checked, scope))
        else:
            _print(every, scope)
        if page is not None:
            from onrecord.report.page import write

            write(page, text, every, scope, catalogue, context.settings)
            context.say(f"written: {page}")
    if passed:
        names = ", ".join(each.text for each in passed[:5])
        context.say(f"taken for names or titles, not checked: {names}")
    if not every:
        context.warn(f"{article}: no quotations found")
    raise SystemExit(0 if every and all(each.clean for each in every) else 1)


def _print(every: "list[Checked]", scope: "object") -> None:
    from index.quotes.verdicts import Verdict
    from onrecord.checking import Searched
    from onrecord.report import terminal

    out = console()
    for checked in every:
        terminal.show(out, checked)
    if len(every) > 1:
        terminal.sum_up(out, every)
    missing = any(each.answer.verdict is Verdict.NOT_FOUND for each in every)
    if missing and isinstance(scope, Searched):
        terminal.coverage(out, scope)


def _read(context: Context, name: str, kind: str) -> "Article":
    from index.quotes.articles import LARGEST, article

    if name == "-":
        return article(sys.stdin.buffer.read(LARGEST + 1), "standard input", kind)
    if name.startswith(("http://", "https://")):
        return article(_fetched(context, name), name, kind or "html")
    path = Path(name)
    if not path.is_file():
        raise click.BadParameter(f"no such file: {name}")
    with path.open("rb") as file:
        return article(file.read(LARGEST + 1), name, kind)


def _fetched(context: Context, url: str) -> bytes:
    """Return the body of a page, fetched as a capture is, into a folder that is thrown away."""
    import tempfile
    from contextlib import closing

    from archive.home import create
    from archive.models import Outcome, Role
    from archive.warc.store import WarcStore
    from onrecord import AGENT, VERSION
    from onrecord.settings import template
    from scrapers.manners import Manners, user_agent
    from scrapers.session import NetworkVisit

    manners = Manners(
        agent=user_agent(VERSION, context.settings.contact), proxy=context.settings.proxy, delay=0.0
    )
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        home = create(Path(folder) / "archive", template())
        with (
            WarcStore(home.warc, software=AGENT) as store,
            closing(NetworkVisit(store, manners)) as door,
        ):
            answer = door.get(url, source="", role=Role.PAGE)[-1]
    if answer.capture.outcome is not Outcome.OK:
        raise FetchError(f"{url}: {answer.capture.outcome.value} {answer.capture.note}".rstrip())
    return answer.body


def _quotes(batch: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each line's quotation, and its `id` if it has one."""
    lines = sys.stdin if str(batch) == "-" else batch.open(encoding="utf-8")
    with lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
                quote = value["quote"]
            except (ValueError, KeyError, TypeError) as error:
                raise FormatError(f'{batch}:{number}: expected {{"quote": …}}') from error
            if not isinstance(quote, str):
                raise FormatError(f"{batch}:{number}: quote: expected text, found {quote!r:.40}")
            yield quote, {"id": value["id"]} if "id" in value else {}
