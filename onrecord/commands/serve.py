"""Open the reading room: web pages, replay and an API, on this machine only"""

from pathlib import Path

import click

from onrecord.context import Context

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("serve")
@click.option("--port", default=8322, show_default=True, help="Of the pages and the API.")
@click.option(
    "--replay-port",
    default=8323,
    show_default=True,
    help="Of archived pages, which get an origin of their own.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; beyond this machine a password file is needed.",
)
@click.option("--name", "names", multiple=True, help="A name we are called by (repeatable).")
@click.option("--password-file", type=_FILE, help="Holds an argon2 hash; see --hash-password.")
@click.option("--certificate", type=_FILE, help="TLS certificate, PEM.")
@click.option("--key", type=_FILE, help="Its private key, PEM.")
@click.option("--hash-password", is_flag=True, help="Ask for a password, print its hash, and end.")
@click.pass_obj
def command(
    context: Context,
    port: int,
    replay_port: int,
    host: str,
    names: tuple[str, ...],
    password_file: Path | None,
    certificate: Path | None,
    key: Path | None,
    hash_password: bool,
) -> None:
    """Serve the archive's reading room until interrupted (Ctrl-C).

    No query and no visitor is logged, and nothing is fetched from anywhere. Beyond this machine,
    browsers send the session's cookie over TLS only: give a certificate, or put a proxy in front.
    """
    if hash_password:
        from argon2 import PasswordHasher

        asked = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        click.echo(PasswordHasher().hash(asked))
        return
    from onrecord.web.serve.server import LOOPBACK, ServeOptions, prepared

    if host not in LOOPBACK and password_file is None:
        raise click.UsageError(f"--host {host} lets others in: expected --password-file too")
    if port == replay_port and port:
        raise click.UsageError("--port and --replay-port: expected two ports")
    doors = ServeOptions(
        host=host,
        port=port,
        replay_port=replay_port,
        names=names,
        password=password_file.read_text(encoding="utf-8") if password_file else "",
        certificate=certificate,
        key=key,
    )
    served = prepared(context, doors)
    click.echo(f"{served.roots[0]}/")
    context.say("the reading room is open; Ctrl-C closes it")
    served.run()
