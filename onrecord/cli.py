"""The command line: loads commands by their file names and maps errors to exit codes."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from archive.archive_folder import ArchiveFolder
from archive.errors import ArchiveError, StorageError
from archive.plugin_registry import Registry
from onrecord.command_context import Context

COMMANDS: Registry[click.Command] = Registry("onrecord.commands", "command", "command")
INTERRUPTED = 130  # exit code: 128 + SIGINT, as in shells
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO}
# A folder or a link lies where a file is expected, or another user keeps it closed.
_DISK_ERRORS |= {errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EACCES, errno.EPERM}


class CommandGroup(click.Group):
    """Loads commands from `onrecord.commands`; an error becomes one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return COMMANDS.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return COMMANDS.load(cmd_name) if cmd_name in COMMANDS.names() else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with the first line of its file, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary_line(name)) for name in COMMANDS.names()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            problem, code = str(error), error.exit_code
        except KeyboardInterrupt:
            problem, code = "interrupted; all captures so far are stored", INTERRUPTED
        except BrokenPipeError:
            # The reader of our output has closed it (… | head): not an error.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            if error.errno not in _DISK_ERRORS:
                raise
            problem, code = f"{error.filename or 'disk'}: {error.strerror}", StorageError.exit_code
        click.echo(f"Error: {problem}", err=True)
        return ctx.exit(code)


def _summary_line(name: str) -> str:
    """Return the first line of a command's module docstring without importing the module."""
    from importlib.util import find_spec

    stem = name.replace("-", "_")
    spec = find_spec(f"onrecord.commands.{stem}") or find_spec(f"onrecord.commands.{stem}_")
    if spec is None or spec.origin is None:
        return ""
    with Path(spec.origin).open(encoding="utf-8") as file:
        return file.readline().strip().strip('"').rstrip(".")


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    envvar="ONRECORD_ARCHIVE",
    help="The archive's folder.  [default: the platform's data folder]",
)
@click.option(
    "-v",
    "--verbose",
    count=True,
    help="Print more on stderr: each step, with its time in UTC; -vv: the details too.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only problems on stderr.")
@click.version_option(package_name="onrecord")
@click.pass_context
def cli(ctx: click.Context, archive: Path | None, verbose: int, quiet: bool) -> None:
    """Capture official statements, search them verbatim, check quotations, prove them.

    Results go to stdout, all else to stderr. Exit codes: 0 found or done, 1 nothing found or a
    check failed, 2 wrong usage; docs/cli.md lists the others.
    """
    ctx.obj = Context(archive, verbosity=verbose - quiet, finish_erasure=_finish_erasure)
    if ctx.obj.verbosity > 0:
        from onrecord.log_output import log_to_stderr

        ctx.with_resource(log_to_stderr(details=ctx.obj.verbosity > 1))


def _finish_erasure(home: ArchiveFolder, warn: Callable[[str], None]) -> None:
    from onrecord.erasure.finish_erasure import finish_interrupted

    finish_interrupted(home, warn)


def main() -> None:
    """Run the command line; all files it creates are readable by their owner only (umask 077)."""
    os.umask(0o077)
    cli(prog_name="onrecord")
