"""Capture pages by address, read by their source or generically"""

from pathlib import Path

import click

from archive.errors import FormatError
from onrecord.command_context import Context
from onrecord.print_output import json_option


@click.command("add")
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
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
    context: Context, urls: tuple[str, ...], files: tuple[Path, ...], as_json: bool
) -> None:
    """Capture, read and index the page at each URL. Exit code 1: nothing was captured."""
    from onrecord.collect.run_sources import capture_pages
    from onrecord.print_run_summary import show_summary

    stats = capture_pages(context, [_web_address(url) for url in urls], files)
    with context.engine():
        pass
    show_summary(context, "add", stats, as_json)
    if stats.captured_nothing:
        raise SystemExit(1)


def _web_address(text: str) -> str:
    """Return the address that an argument is; a usage error where it is none."""
    from archive.urls.web_address import parse_address

    try:
        return parse_address(text).partition("#")[0]
    except FormatError as error:
        raise click.BadParameter(str(error), param_hint="URL") from error
