"""Print a signed checkpoint of the log; obtain timestamps"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

if TYPE_CHECKING:
    from archive.log.checkpoint_files import StoredCheckpoint
    from archive.log.signed_log import Log
    from archive.verification_finding import Finding


@click.command("checkpoint")
@click.option("--stamp", is_flag=True, help="Request timestamps from the authorities set up.")
@click.option(
    "--authority",
    nargs=3,
    type=str,
    metavar="NAME URL ROOTS.pem",
    help="Add a timestamp authority (RFC 3161) with its root certificates.",
)
@click.option(
    "--calendar",
    default="",
    metavar="URL",
    help="Add an OpenTimestamps calendar (needs onrecord[ots]).",
)
@json_option
@click.pass_obj
def command(
    context: Context,
    stamp: bool,
    authority: tuple[str, str, str] | None,
    calendar: str,
    as_json: bool,
) -> None:
    """Sign the log as it is now and print the checkpoint: a few lines to mail, print or share.

    A checkpoint stored elsewhere shows later whether the log was rewritten (verify --anchor).
    With --stamp, exit code 1: a request failed; the next --stamp repeats it.
    """
    from archive.log.signed_log import Log
    from archive.verification_finding import Grade

    home = context.home
    if authority:
        _add_authority(context, *authority)
    if calendar:
        from archive.timestamps import opentimestamps

        opentimestamps.add(home.log, calendar)
        context.say(f"set up {calendar}")
    if home.is_writable or stamp:
        with home.lock_with_others(), Log.open_shared(home.log, home.keys) as log:
            signed_checkpoint = log.checkpoint()
            findings = list(_stamp(context, log)) if stamp else []
    else:
        signed_checkpoint, findings = _newest_checkpoint(home.log), []
        context.say("this archive cannot be written to: this is the last checkpoint signed in it")
    if as_json:
        checkpoint = signed_checkpoint.checkpoint
        print_json(
            {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
        )
    else:
        click.echo(signed_checkpoint.data.decode(), nl=False)
    for finding in findings:
        context.warn(clean(f"{finding.grade.word.upper():<4} {finding.object}: {finding.detail}"))
    if any(finding.grade is not Grade.OK for finding in findings):
        raise SystemExit(1)


def _newest_checkpoint(folder: Path) -> "StoredCheckpoint":
    from archive.errors import ArchiveFolderError
    from archive.log.checkpoint_files import Checkpoints

    newest = Checkpoints(folder).latest()
    if newest is None:
        raise ArchiveFolderError(f"{folder}: expected a checkpoint, found none")
    return newest


def _add_authority(context: Context, name: str, url: str, path: str) -> None:
    from archive import atomic_files
    from archive.timestamps import authorities
    from archive.timestamps.rfc3161 import Authority

    with atomic_files.storage_errors(Path(path)):
        roots = Path(path).read_bytes()
    added = authorities.add(context.home.log, Authority(name, url, roots))
    context.say(f"set up {added.name}")


def _stamp(context: Context, log: "Log") -> "Iterator[Finding]":
    """Yield a finding for each timestamp requested from the authorities and calendars set up."""
    from archive.timestamps import authorities, opentimestamps, renewal
    from onrecord import VERSION
    from scrapers.fetch.fetch_policy import FetchPolicy, format_user_agent
    from scrapers.fetch.service_request import make_post, make_request

    now, folder = datetime.now(UTC), context.home.log
    trusted, calendars = authorities.load(folder), opentimestamps.load(folder)
    if not trusted and not calendars:
        context.warn("no timestamp authority is set up: see --authority")
    agent = format_user_agent(VERSION, context.settings.contact)
    policy = FetchPolicy(user_agent=agent, proxy=context.settings.proxy)
    if trusted:
        with make_post(policy) as post:
            requests = renewal.pending_requests(log.checkpoints, trusted, now)
            yield from renewal.obtain_timestamps(log, requests, post, now)
    if calendars:
        with make_request(policy, opentimestamps.ACCEPT) as get:
            yield from opentimestamps.stamp(log, calendars, get, now)
