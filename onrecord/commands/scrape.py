"""Capture, read and index what sources publish"""

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import json_option

if TYPE_CHECKING:
    from scrapers.webarchives.web_archive import WebArchive

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("scrape")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--since", type=_DAY, help="Only pages listed as issued on this day or later.")
@click.option("--until", type=_DAY, help="Only pages listed as issued on this day or earlier.")
@click.option("--limit", type=click.IntRange(1), help="Fetch at most this many pages per source.")
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Read this WARC file or folder instead of the network (repeatable).",
)
@click.option(
    "--via",
    metavar="NAME",
    default="",
    help="Fetch past copies from this web archive: wayback, or one in onrecord.toml.",
)
@json_option
@click.pass_obj
def command(
    context: Context,
    names: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    files: tuple[Path, ...],
    via: str,
    as_json: bool,
) -> None:
    """Visit each SOURCE, or every tested one; capture, read and index what is new.

    With --via, --since and --until refer to the days on which the other archive captured. An
    interrupted run resumes when repeated: copies already stored are not requested again.

    Exit code 1: nothing was captured of some source, or a web archive refused further requests.
    """
    from onrecord.collect.backfill import backfill
    from onrecord.collect.crawl import CrawlScope
    from onrecord.collect.ingest import RunStats
    from onrecord.collect.run_sources import find_source, scrape
    from onrecord.print_run_summary import show_summary
    from onrecord.progress import show_reading
    from scrapers.source_format.source import Source

    selected = [find_source(context, name) for name in names] or [
        source for source in context.sources.values() if not source.untested
    ]
    scope = CrawlScope(
        since=since.date() if since else None, until=until.date() if until else None, limit=limit
    )
    failed: list[str] = []
    stopped: list[str] = []

    def report(source: Source, stats: RunStats) -> None:
        show_summary(context, source.name, stats, as_json)
        if stats.captured_nothing:
            failed.append(source.name)
        elif stats.stopped:
            stopped.append(source.name)

    if via:
        backfill(context, selected, _archive(context, via, files), scope, report)
    else:
        with show_reading(context) if files else nullcontext(lambda progress: None) as show:
            scrape(context, selected, scope, files, report, show)
    with context.engine():
        pass
    if stopped:
        context.warn(f"stopped before the end: {', '.join(stopped)}")
    if failed:
        context.warn(f"nothing was captured of: {', '.join(failed)}")
    if failed or stopped:
        raise SystemExit(1)


def _archive(context: Context, via: str, files: tuple[Path, ...]) -> "WebArchive":
    from archive.errors import UnknownNameError

    if files:
        raise click.UsageError("--via and --from: expected only one of them")
    archives = context.settings.archives
    if via not in archives:
        raise UnknownNameError("web archive", via, archives)
    return archives[via]
