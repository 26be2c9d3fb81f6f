"""Sign the log as it stands, and have others say when"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option

if TYPE_CHECKING:
    from archive.findings import Finding
    from archive.log.log import Log


@click.command("checkpoint")
@click.option("--stamp", is_flag=True, help="Ask the timestamp authorities that are set up.")
@click.option(
    "--authority",
    nargs=3,
    type=str,
    metavar="NAME URL ROOTS.pem",
    help="Set up a timestamp authority (RFC 3161), trusted by these root certificates.",
)
@click.option(
    "--calendar",
    default="",
    metavar="URL",
    help="Set up an OpenTimestamps calendar (needs onrecord[ots]).",
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
    """Print the newest checkpoint: a few lines to mail, print or give to a partner.

    Whoever keeps it can tell later whether this archive's past was changed (verify --anchor).
    With --stamp, exit code 1: an authority could not be asked; the stamp stays wanted.
    """
    from archive.findings import Grade
    from archive.log.log import Log

    home = context.home
    if authority:
        _add_authority(context, *authority)
    if calendar:
        from archive.timestamps import opentimestamps

        opentimestamps.add(home.log, calendar)
        context.say(f"set up {calendar}")
    with home.lock_for_writing(), Log.open_for_writing(home.log, home.keys) as log:
        held = log.checkpoint()
        found = list(_stamp(context, log)) if stamp else []
    if as_json:
        said = held.checkpoint
        emit({"origin": said.origin, "size": said.size, "root": said.root.hex()})
    else:
        click.echo(held.data.decode(), nl=False)
    for one in found:
        context.warn(clean(f"{one.grade.word.upper():<4} {one.object}: {one.detail}"))
    if any(one.grade is not Grade.OK for one in found):
        raise SystemExit(1)


def _add_authority(context: Context, name: str, url: str, path: str) -> None:
    from archive import atomic_files
    from archive.timestamps import authorities
    from archive.timestamps.rfc3161 import Authority

    with atomic_files.storage_errors(Path(path)):
        roots = Path(path).read_bytes()
    added = authorities.add(context.home.log, Authority(name, url, roots))
    context.say(f"set up {added.name}")


def _stamp(context: Context, log: "Log") -> "Iterator[Finding]":
    """Ask authorities and calendars, whatever of both is set up."""
    from archive.timestamps import authorities, opentimestamps, renewal
    from onrecord import VERSION
    from scrapers.fetch.policy import FetchPolicy, format_user_agent
    from scrapers.fetch.post import make_post, make_request

    now, folder = datetime.now(UTC), context.home.log
    known, urls = authorities.load(folder), opentimestamps.load(folder)
    if not known and not urls:
        context.warn("no timestamp authority is set up: see --authority")
    agent = format_user_agent(VERSION, context.settings.contact)
    manners = FetchPolicy(user_agent=agent, proxy=context.settings.proxy)
    if known:
        with make_post(manners) as post:
            wanted = renewal.pending_requests(log.checkpoints, known, now)
            yield from renewal.obtain_timestamps(log, wanted, post, now)
    if urls:
        with make_request(manners, opentimestamps.ACCEPT) as ask:
            yield from opentimestamps.stamp(log, urls, ask, now)
