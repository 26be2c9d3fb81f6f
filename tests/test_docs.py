"""The documents say what the program does: these tests fail where they do not."""

import re
import shlex
from pathlib import Path

import click
import pytest

from archive.json_objects import version_json
from onrecord.cli import COMMANDS, cli
from onrecord.reference_pages import error_table, pages
from onrecord.settings import ABOUT, template
from tests.conftest import Run, editions
from tests.support.builders import make_capture, make_reading
from tests.support.paths import ROOT

DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", ["cli.md", "settings.md"])
def test_pages_made_of_the_program_are_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run: make docs"


@pytest.mark.parametrize("name", COMMANDS.names())
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    command = COMMANDS.load(name)

    assert command.help
    for each in [command, *getattr(command, "commands", {}).values()]:
        for option in each.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.opts}"


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
    for name in ABOUT:
        assert f"# {name} = " in template()


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
    stand_in = {"STATEMENT": "meridian_panel:PD_2024_7", "un_press": "meridian_panel"}
    words = [stand_in.get(word, word) for word in shlex.split(line)[1:]]
    if words[0] == "scrape":
        words += ["--from", str(editions())]

    result = panel_archive(*words)

    if words[0] == "init":
        assert "is an archive already" in result.stderr
    else:
        assert result.exit_code == 0, result.stderr
