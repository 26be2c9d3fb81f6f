"""Serve the reading room: web pages, replay and an API"""

from pathlib import Path

import click

from onrecord.command_context import Context

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("serve")
@click.option("--port", default=8322, show_default=True, help="Port of the pages and the API.")
@click.option(
    "--replay-port",
    default=8323,
    show_default=True,
    help="Port of archived pages, which need their own origin.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; not loopback: needs --password-file.",
)
@click.option("--name", "names", multiple=True, help="Another host name to answer to (repeatable).")
@click.option("--password-file", type=_FILE, help="Argon2 hash, made by --hash-password.")
@click.option("--certificate", type=_FILE, help="TLS certificate, PEM.")
@click.option("--key", type=_FILE, help="The certificate's private key, PEM.")
@click.option("--hash-password", is_flag=True, help="Prompt for a password, print its hash, exit.")
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

    No query and no visitor is logged, and nothing is fetched from the network. Beyond this
    machine, browsers send the session cookie over TLS only: give a certificate, or use a proxy
    that has one.
    """
    if hash_password:
        from argon2 import PasswordHasher

        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        click.echo(PasswordHasher().hash(password))
        return
    from onrecord.web.serve.server import LOOPBACK, ServeOptions, open_reading_room

    if host not in LOOPBACK and password_file is None:
        raise click.UsageError(f"--host {host} is not loopback: expected --password-file")
    if port == replay_port and port:
        raise click.UsageError(f"--port and --replay-port: expected two ports, found {port} twice")
    options = ServeOptions(
        host=host,
        port=port,
        replay_port=replay_port,
        host_names=names,
        password_hash=password_file.read_text(encoding="utf-8") if password_file else "",
        certificate=certificate,
        key=key,
    )
    with context.home.lock_for_reading():
        reading_room = open_reading_room(context, options)
        click.echo(f"{reading_room.origins[0]}/")
        context.say("serving the reading room; Ctrl-C stops it")
        reading_room.run()
