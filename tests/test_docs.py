"""The documents and help texts agree with the program."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archive.json_objects import version_json
from onrecord.cli import COMMANDS, cli
from onrecord.generate_reference import error_table, render_pages
from onrecord.settings import DESCRIPTIONS, settings_template
from tests.conftest import Run, packed_editions
from tests.support.builders import make_capture, make_reading
from tests.support.paths import ROOT

DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", ["cli.md", "language-table.md", "settings.md"])
def test_pages_made_of_the_program_are_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == render_pages()[name], "run: make docs"


@pytest.mark.parametrize("name", COMMANDS.names())
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    command = COMMANDS.load(name)

    assert command.help
    for described in [command, *getattr(command, "commands", {}).values()]:
        for option in described.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.opts}"


def command_paths() -> Iterator[tuple[str, ...]]:
    """Yield the words that call the tool itself, each command and each subcommand."""
    yield ()
    for name in COMMANDS.names():
        yield (name,)
        for subcommand in getattr(COMMANDS.load(name), "commands", ()):
            yield name, subcommand


COMMAND_PATHS = list(command_paths())


def command_of(path: tuple[str, ...]) -> click.Command:
    command: click.Command = cli
    for number, name in enumerate(path):
        assert isinstance(command, click.Group)
        command = COMMANDS.load(name) if number == 0 else command.commands[name]
    return command


@pytest.mark.parametrize("path", COMMAND_PATHS, ids=" ".join)
def test_help_fits_eighty_columns_and_truncates_nothing(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*path, "--help"], env={"COLUMNS": "80"})
    usage, _, text = result.stdout_bytes.partition(b"\n\n")  # the usage line ends in "..." rightly

    assert usage.startswith(b"Usage: ")
    assert b"..." not in text
    assert max(len(line.decode()) for line in text.splitlines()) <= 80


def test_help_of_the_installed_tool_truncates_nothing() -> None:
    command = [sys.executable, "-m", "onrecord", "--help"]
    environment = os.environ | {"COLUMNS": "80"}
    output = subprocess.run(command, env=environment, check=True, capture_output=True).stdout

    assert b"\n  watch       Manage saved searches and alerts\n" in output
    assert b"..." not in output.partition(b"\n\n")[2]


@pytest.mark.parametrize("path", COMMAND_PATHS[1:], ids=" ".join)
def test_help_describes_every_argument(path: tuple[str, ...]) -> None:
    command = command_of(path)

    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            names = re.findall(r"[A-Z]+", parameter.make_metavar(click.Context(command)))
            assert all(re.search(rf"\b{name}\b", command.help or "") for name in names), names


@pytest.mark.parametrize("name", COMMANDS.names())
def test_every_command_is_listed_by_help_with_its_first_line(name: str) -> None:
    with click.Context(cli, info_name="onrecord") as context:
        text = cli.get_help(context)

    assert re.search(rf"^  {name}  +\S", text, re.MULTILINE)


def test_every_exit_code_is_in_the_table() -> None:
    table = (DOCS / "cli.md").read_text(encoding="utf-8")

    for name, code, _ in error_table():
        assert f"| {code} | {name} |" in table


def test_every_setting_is_in_a_new_archives_file() -> None:
    for name in DESCRIPTIONS:
        assert f"# {name} = " in settings_template()


def test_every_key_of_a_version_is_promised() -> None:
    from archive.models import Version

    capture = make_capture()
    version = Version(
        id="panel:1@0",
        statement="panel:1",
        source="panel",
        reading=make_reading(),
        capture=capture.id,
        first_seen=capture.captured,
        last_seen=capture.captured,
    )
    promised = (DOCS / "json.md").read_text(encoding="utf-8")

    for key in version_json(version):
        assert f"`{key}`" in promised, key


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))], ids=str
)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} → {target}"


def readme_commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("onrecord ")]


@pytest.mark.parametrize("line", readme_commands())
def test_commands_in_the_readme_run(line: str, panel_archive: Run) -> None:
    substitutes = {"STATEMENT": "meridian_panel:PD_2024_7", "un_press": "meridian_panel"}
    arguments = [substitutes.get(word, word) for word in shlex.split(line)[1:]]
    if arguments[0] == "scrape":
        arguments += ["--from", str(packed_editions())]

    result = panel_archive(*arguments)

    if arguments[0] == "init":
        assert "is an archive already" in result.stderr
    else:
        assert result.exit_code == 0, result.stderr


def test_every_room_is_on_the_readmes_map() -> None:
    """A room is a folder with modules; its line stands below the line of the folder it lies in."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    on_map: set[str] = set()
    parents: list[str] = []
    for indent, name in re.findall(r"^((?:  )*)([a-z_]+)/ ", readme, re.MULTILINE):
        parents = [*parents[: len(indent) // 2], name]
        on_map.add("/".join(parents))
    rooms = {
        path.parent.relative_to(ROOT).as_posix()
        for package in ("archive", "scrapers", "index", "onrecord")
        for path in (ROOT / package).rglob("*.py")
    }

    assert rooms <= on_map, rooms - on_map
