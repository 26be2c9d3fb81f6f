"""Sign the log as it stands, and have others say when"""

from datetime import UTC, datetime
from pathlib import Path

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option


@click.command("checkpoint")
@click.option("--stamp", is_flag=True, help="Ask the timestamp authorities that are set up.")
@click.option(
    "--authority",
    nargs=3,
    type=str,
    metavar="NAME URL ROOTS.pem",
    help="Set up a timestamp authority (RFC 3161), trusted by these root certificates.",
)
@json_option
@click.pass_obj
def command(
    context: Context, stamp: bool, authority: tuple[str, str, str] | None, as_json: bool
) -> None:
    """Print the newest checkpoint: a few lines to mail, print or give to a partner.

    Whoever keeps it can tell later whether this archive's past was changed (verify --anchor).
    With --stamp, exit code 1: an authority could not be asked; the stamp stays wanted.
    """
    from archive.findings import Grade
    from archive.log import authorities, files, stamping
    from archive.log.log import Log
    from archive.log.timestamps import Authority
    from onrecord import VERSION
    from scrapers.manners import Manners, user_agent
    from scrapers.posting import posting

    home = context.home
    if authority:
        with files.storing(Path(authority[2])):
            roots = Path(authority[2]).read_bytes()
        added = authorities.add(home.log, Authority(authority[0], authority[1], roots))
        context.say(f"set up {added.name}")
    found = []
    with home.writing(), Log.writing(home.log, home.keys) as log:
        held = log.checkpoint()
        if stamp:
            now, known = datetime.now(UTC), authorities.load(home.log)
            if not known:
                context.warn("no timestamp authority is set up: see --authority")
            agent = user_agent(VERSION, context.settings.contact)
            with posting(Manners(agent=agent, proxy=context.settings.proxy)) as post:
                wanted = stamping.pending(log.checkpoints, known, now)
                found = stamping.stamp(log, wanted, post, now)
    if as_json:
        said = held.checkpoint
        emit({"origin": said.origin, "size": said.size, "root": said.root.hex()})
    else:
        click.echo(held.data.decode(), nl=False)
    for one in found:
        context.warn(clean(f"{one.grade.word.upper():<4} {one.object}: {one.detail}"))
    if any(one.grade is not Grade.OK for one in found):
        raise SystemExit(1)
