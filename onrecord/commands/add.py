"""Capture pages by address, read by their source or generically"""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from archive.errors import FormatError
from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

if TYPE_CHECKING:
    from archive.models import Version
    from onrecord.add.add_pages import AddedPage


@click.command("add")
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option(
    "--list",
    "lists",
    multiple=True,
    metavar="FILE|-",
    type=click.File("rb"),
    help="Read addresses from this file or standard input, one a line; # begins a comment.",
)
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Read this WARC file or folder instead of the network (repeatable).",
)
@json_option
@click.pass_obj
def command(
    context: Context,
    urls: tuple[str, ...],
    lists: tuple[BinaryIO, ...],
    files: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Capture, read and index the page at each URL; print what was read in it.

    A line has the statement's id, its date, its number of words and its title. An address that is
    none is refused before anything is written. Exit code 1: nothing was captured.
    """
    from onrecord.add.add_pages import add_pages
    from onrecord.collect.ingest import RunStats
    from onrecord.print_run_summary import show_summary

    addresses = dict.fromkeys([_web_address(url) for url in urls] + _listed_addresses(lists))
    if not addresses:
        raise click.UsageError("expected an address, as URL or in --list, found none")
    stats = RunStats()
    added = add_pages(context, list(addresses), files, stats)
    with context.engine():
        pass
    _print_pages(added, as_json)
    show_summary(context, "add", stats, as_json, max_shown=len(stats.problems) + len(addresses))
    for page in added:
        if page.reason:
            context.warn(f"  {clean(page.url)}: {clean(page.reason)}")
    if stats.captured_nothing:
        raise SystemExit(1)


def _print_pages(added: "list[AddedPage]", as_json: bool) -> None:
    from archive.json_objects import version_json

    for version in {v.id: v for page in added for v in page.versions}.values():
        if as_json:
            print_json(version_json(version) | {"words": _count_words(version)})
        else:
            click.echo(clean(_version_line(version)))


def _version_line(version: "Version") -> str:
    issued = version.reading.issued
    date = issued.value + " (a guess)" * issued.is_guess if issued else "undated"
    words = _count_words(version)
    title = " ".join(version.reading.title.split())
    return f"{version.statement}  {date}  {words} word{'s' * (words != 1)}  {title}"


def _count_words(version: "Version") -> int:
    return len(version.reading.text.split())


def _listed_addresses(lists: tuple[BinaryIO, ...]) -> list[str]:
    """Return the addresses in the files; a usage error that names each line that is none."""
    from archive.urls.address_list import read_address_list

    try:
        return [
            url
            for file in lists
            for url in read_address_list(file.read(), getattr(file, "name", "<stdin>"))
        ]
    except FormatError as error:
        raise click.BadParameter(str(error), param_hint="--list") from error


def _web_address(text: str) -> str:
    """Return the address that an argument is; a usage error where it is none."""
    from archive.urls.web_address import parse_address

    try:
        return parse_address(text).partition("#")[0]
    except FormatError as error:
        raise click.BadParameter(str(error), param_hint="URL") from error
