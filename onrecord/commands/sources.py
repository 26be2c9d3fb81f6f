"""List, show, test or add sources"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json
from scrapers.source_format.publisher_kind import BODY_KINDS, check_country

if TYPE_CHECKING:
    from scrapers.source_format.source import Source

_FILES = click.option(
    "--from",
    "files",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Read this WARC file or folder instead of the network (repeatable).",
)


@click.group("sources")
def command() -> None:
    """List, show, test or add sources: publishers, and how to read their pages."""


def _country(_context: click.Context, _option: click.Parameter, value: str) -> str:
    try:
        return check_country(value.upper())
    except ValueError as error:
        raise click.BadParameter(f"expected {error}, found {value!r}") from error


@command.command("list")
@click.option(
    "--country",
    default="",
    callback=_country,
    help="Only bodies of this country: DE, FR, …; EU; INT for bodies of no one country.",
)
@click.option(
    "--body",
    type=click.Choice(BODY_KINDS),
    metavar="KIND",
    help="Only bodies of this kind: ministry, parliament, court, ngo, …",
)
@json_option
@click.pass_obj
def list_(context: Context, country: str, body: str | None, as_json: bool) -> None:
    """List the sources: built in, and from the folder sources/."""
    sources = [
        source
        for source in context.sources.values()
        if country in ("", source.country) and body in (None, source.body)
    ]
    if as_json:
        for source in sources:
            print_json(source.model_dump(mode="json"))
    elif sources:
        _print_table(sources)
    if not sources:
        context.say("no source is of this country and kind")


def _print_table(sources: list["Source"]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("source", "country", "body", "publisher", "languages", "state", box=None)
    for source in sources:
        state = f"untested: {source.untested}" if source.untested else "tested"
        languages = ", ".join(source.languages)
        publisher = Text(clean(source.publisher))
        table.add_row(source.name, source.country, source.body, publisher, languages, state)
    console().print(table)


@command.command("show")
@click.argument("name")
@json_option
@click.pass_obj
def show(context: Context, name: str, as_json: bool) -> None:
    """Show the definition of source NAME."""
    from onrecord.collect.run_sources import find_source

    source = find_source(context, name)
    if as_json:
        print_json(source.model_dump(mode="json"))
        return
    for key, value in source.model_dump(mode="json", exclude_defaults=True).items():
        click.echo(f"{key}: {value}")


@command.command("test")
@click.argument("name")
@click.argument("urls", metavar="[URL]...", nargs=-1)
@_FILES
@click.option("--limit", default=3, show_default=True, help="Read at most this many pages.")
@json_option
@click.pass_obj
def test(
    context: Context,
    name: str,
    urls: tuple[str, ...],
    files: tuple[Path, ...],
    limit: int,
    as_json: bool,
) -> None:
    """Show what source NAME reads in the page at URL, or in a few listed.

    Shows each field, the rule that gave it, and what is missing. Uses a temporary archive: nothing
    is stored. Exit code 1: some page or field was not read.
    """
    from dataclasses import asdict

    from onrecord.collect.run_sources import find_source, try_source
    from onrecord.propose.trial_report import field_reports

    source = find_source(context, name)
    result = try_source(context, source, files, limit, urls)
    for version in result.versions:
        fields = list(field_reports(source, version.reading))
        if as_json:
            print_json({"url": version.reading.url, "fields": [asdict(field) for field in fields]})
            continue
        click.echo(clean(version.reading.url))
        for field in fields:
            value = clean(field.said).replace("\n", " ⏎ ")
            rule = f"  ← {field.rule}" if field.rule else ""
            click.echo(f"  {field.name:13}{value[:110] or '(nothing)'}{clean(rule)}")
    for problem in result.problems:
        context.warn(problem)
    if result.problems or not result.versions:
        context.warn(f"{name}: {len(result.versions)} read, {len(result.problems)} problems")
        raise SystemExit(1)


@command.command("add")
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@click.option("--name", default="", help="The source's name.  [default: its host]")
@click.option("--write", is_flag=True, help="Write it to the archive's sources/ folder.")
@_FILES
@click.pass_obj
def add(
    context: Context, urls: tuple[str, ...], name: str, write: bool, files: tuple[Path, ...]
) -> None:
    """Propose a source for the publisher at URL.

    URL is a page of links, a feed, or several articles. Finds feeds, sitemaps and lists of links,
    learns selectors from up to three articles, and shows what the proposed source reads in them.
    The pages fetched are captured and stored. Exit code 5: too little was found; it says what.
    """
    from onrecord.propose.propose_source import propose, read_samples, write_source
    from onrecord.propose.trial_report import describe_issued
    from scrapers.propose.source_toml import source_name

    proposal = propose(context, urls, files)
    for note in proposal.notes:
        context.say(clean(note))
    name = name or source_name(urls[0])
    versions, problems = read_samples(proposal, name)
    for reading in versions:
        issued = describe_issued(reading.issued) if reading.issued else "no date"
        context.say(clean(f"{reading.url}\n  {reading.title}\n  {issued}"))
        context.say(f"  {clean(reading.text)[:300]}")
    for problem in problems:
        context.warn(problem)
    click.echo(proposal.toml, nl=False)
    if write:
        path = write_source(context, name, proposal)
        context.say(
            f"written: {path}; add its licence, country and kind of body, "
            f"then try: onrecord sources test {name}"
        )
