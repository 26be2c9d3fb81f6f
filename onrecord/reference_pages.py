"""The reference pages made of the program itself: `python -m onrecord.reference_pages FOLDER`."""

import sys
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path

import click

from archive import errors
from onrecord.cli import COMMANDS, INTERRUPTED, cli
from onrecord.settings import ABOUT, Settings
from scrapers.webarchives.web_archive import WAYBACK


def pages() -> dict[str, str]:
    """Return the text of every page that is made, by file name."""
    return {"cli.md": cli_page(), "settings.md": settings_page()}


def cli_page() -> str:
    lines = ["# The command line", ""]
    lines += ["Made by `make docs` from the program itself.", ""]
    lines += ["Results go to stdout, all else to stderr; `-` is standard input or output. With"]
    lines += ["`--json` every result is one JSON object on one line ([json.md](json.md))."]
    lines += ["", "## Options before the verb", "", *_options(cli)]
    for name in COMMANDS.names():
        lines += _command(COMMANDS.load(name), f"onrecord {name}")
    lines += ["", "## Exit codes", "", "| code | error | meaning |", "| --- | --- | --- |"]
    lines += ["| 0 | | found, or done |", "| 1 | | nothing found, or a check failed |"]
    lines += ["| 2 | | wrong use: an option or argument that is not there |"]
    lines += [f"| {code} | {name} | {meaning} |" for name, code, meaning in error_table()]
    lines += [f"| {INTERRUPTED} | | interrupted (Ctrl-C); what was captured is kept |", ""]
    return "\n".join(lines)


def _command(command: click.Command, path: str) -> list[str]:
    context = click.Context(command, info_name=path)
    lines = ["", f"## `{' '.join(command.get_usage(context).split()[1:])}`", ""]
    lines += cleandoc(command.help or "").splitlines()
    lines += ["", *_options(command)]
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            lines += _command(inner, f"{path} {name}")
    return lines


def _options(command: click.Command) -> list[str]:
    rows = []
    for option in command.params:
        if isinstance(option, click.Option):
            names = ", ".join(f"`{name}`" for name in option.opts)
            default = ""
            if option.show_default and option.default is not None:
                default = f" Default: `{option.default}`."
            repeat = (
                " Repeatable." if option.multiple and "epeatable" not in str(option.help) else ""
            )
            rows.append(f"| {names} | {option.help}{default}{repeat} |")
    return ["| option | meaning |", "| --- | --- |", *rows] if rows else []


def error_table() -> list[tuple[str, int, str]]:
    """Return (name, exit code, meaning) of every error, as drawn in archive/errors.py."""
    rows = []
    for line in (errors.__doc__ or "").splitlines():
        words = line.strip("│├└─ ").split(None, 2)
        if len(words) == 3 and words[0].endswith("Error") and words[1].isdigit():
            rows.append((words[0], int(words[1]), words[2]))
    return rows


def settings_page() -> str:
    lines = ["# Settings", "", "Made by `make docs` from the program itself.", ""]
    lines += [
        "An archive's `onrecord.toml` holds its settings; `onrecord init` writes one in which"
    ]
    lines += ["each is there, commented. The environment goes before the file, options go before"]
    lines += ["both. `ONRECORD_ARCHIVE` says where the archive is.", ""]
    lines += ["| setting | environment | default | meaning |", "| --- | --- | --- | --- |"]
    defaults = {setting.name: setting.default for setting in fields(Settings)}
    lines += [
        f'| `{name}` | `ONRECORD_{name.upper()}` | `"{defaults[name]}"` | {about} |'
        for name, about in ABOUT.items()
    ]
    lines += ["", "What one source needs stands in a table of its name:", ""]
    lines += ["```toml", "[reliefweb]", 'appname = "the name that ReliefWeb approved"', "```", ""]
    lines += [
        "A web archive of others that `scrape --via NAME` can ask for a publisher's past stands",
        "in a table `archives.NAME`. `replay` is what the addresses of its copies begin with, up",
        "to the 14 digits of their date; `cdx` is the address of its CDX server; where it has",
        "none, `timemap` is what the addresses of its TimeMaps (RFC 7089) begin with. These",
        f"addresses may be on your own machine. `{WAYBACK.name}` is there already:",
        "",
        "```toml",
        f"[archives.{WAYBACK.name}]",
        f'replay = "{WAYBACK.replay}"',
        f'cdx = "{WAYBACK.cdx}"',
        "```",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    for name, text in pages().items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
