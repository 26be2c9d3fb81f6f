"""Collect: list, capture, read and index what sources publish"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.context import Context
from onrecord.output import json_option

if TYPE_CHECKING:
    from scrapers.webarchives.web_archive import WebArchive

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("scrape")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--since", type=_DAY, help="Only pages listed as issued on this day or later.")
@click.option("--until", type=_DAY, help="Only pages listed as issued on this day or earlier.")
@click.option("--limit", type=click.IntRange(1), help="Fetch at most this many pages a source.")
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Answer from this WARC file or folder instead of the network (repeatable).",
)
@click.option(
    "--via",
    metavar="NAME",
    default="",
    help="Take the pages' past from this web archive (wayback, or one in onrecord.toml).",
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
    """Run each SOURCE, or every tested one: what is new is captured, read and indexed.

    With --via, the days of --since and --until are those on which the other archive captured. What
    was stopped goes on when it is run again: copies that are held are not asked for.

    Exit code 1: some source gave nothing at all, or an archive asked to be left alone.
    """
    from onrecord.collect.backfill import backfill
    from onrecord.collect.crawl import CrawlScope
    from onrecord.collect.ingest import RunStats
    from onrecord.collect.run_sources import find_source, scrape
    from onrecord.run_summary import show_summary
    from scrapers.source_format.source import Source

    chosen = [find_source(context, name) for name in names] or [
        source for source in context.sources.values() if not source.untested
    ]
    wanted = CrawlScope(
        since=since.date() if since else None, until=until.date() if until else None, limit=limit
    )
    failed: list[str] = []
    stopped: list[str] = []

    def after(source: Source, tally: RunStats) -> None:
        show_summary(context, source.name, tally, as_json)
        if tally.captured_nothing:
            failed.append(source.name)
        elif tally.stopped:
            stopped.append(source.name)

    if via:
        backfill(context, chosen, _archive(context, via, files), wanted, after)
    else:
        scrape(context, chosen, wanted, files, after)
    with context.engine():
        pass
    if stopped:
        context.warn(f"not all was had of: {', '.join(stopped)}")
    if failed:
        context.warn(f"nothing was captured of: {', '.join(failed)}")
    if failed or stopped:
        raise SystemExit(1)


def _archive(context: Context, via: str, files: tuple[Path, ...]) -> "WebArchive":
    from archive.errors import UnknownNameError

    if files:
        raise click.UsageError("--via and --from: either a web archive or files")
    archives = context.settings.archives
    if via not in archives:
        raise UnknownNameError("web archive", via, archives)
    return archives[via]
