"""The command line: finds commands by their files, and turns errors into exit codes."""

import errno
import os
import sys
from pathlib import Path

import click

from archive.errors import ArchiveError, StorageError
from archive.registry import Registry
from onrecord.context import Context

COMMANDS: Registry[click.Command] = Registry("onrecord.commands", "command", "command")
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO}


class Tool(click.Group):
    """Finds the commands, and turns our errors into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return COMMANDS.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return COMMANDS.load(cmd_name) if cmd_name in COMMANDS.names() else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs with their first lines, read from the files: no verb is imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _about(name)) for name in COMMANDS.names()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            problem, code = str(error), error.exit_code
        except KeyboardInterrupt:
            problem, code = "interrupted; what was captured is kept", INTERRUPTED
        except BrokenPipeError:
            # The reader of our output went away (… | head): not an error, and nothing to say.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            problem, code = f"{error.filename or 'disk'}: {error.strerror}", StorageError.exit_code
        click.echo(f"Error: {problem}", err=True)
        return ctx.exit(code)


def _about(name: str) -> str:
    """Return the first line of a verb's module docstring without importing the module."""
    from importlib.util import find_spec

    stem = name.replace("-", "_")
    spec = find_spec(f"onrecord.commands.{stem}") or find_spec(f"onrecord.commands.{stem}_")
    if spec is None or spec.origin is None:
        return ""
    with Path(spec.origin).open(encoding="utf-8") as file:
        return file.readline().strip().strip('"').rstrip(".")


@click.group(cls=Tool, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    envvar="ONRECORD_ARCHIVE",
    help="The archive's folder.  [default: the platform's data folder]",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.version_option(package_name="onrecord")
@click.pass_context
def cli(ctx: click.Context, archive: Path | None, verbose: bool, quiet: bool) -> None:
    """Find what was officially said, exactly, when, and prove it.

    Results go to stdout, all else to stderr. Exit codes: 0 found or done, 1 nothing found or a
    check failed, 2 wrong use; the others are in docs/cli.md.
    """
    ctx.obj = Context(archive, verbosity=verbose - quiet)


def main() -> None:
    """Run the tool. Whatever it writes is for its user's eyes only."""
    os.umask(0o077)
    cli(prog_name="onrecord")
