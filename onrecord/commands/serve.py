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
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Reverse proxy whose X-Forwarded-For is believed: IP address or network (repeatable).",
)
@click.option("--public-url", metavar="URL", help="Address of the pages at the proxy.")
@click.option("--public-replay-url", metavar="URL", help="Address of archived pages at the proxy.")
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
    proxies: tuple[str, ...],
    public_url: str | None,
    public_replay_url: str | None,
    hash_password: bool,
) -> None:
    """Serve the archive's reading room until interrupted (Ctrl-C).

    No query and no visitor is logged, and nothing is fetched from the network. Beyond this
    machine, browsers send the session cookie over TLS only: give a certificate, or use a proxy
    that has one (docs/serving.md).
    """
    if hash_password:
        from argon2 import PasswordHasher

        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        click.echo(PasswordHasher().hash(password))
        return
    from onrecord.web.serve.client_address import parse_proxies
    from onrecord.web.serve.server import LOOPBACK, ServeOptions, open_reading_room

    if host not in LOOPBACK and password_file is None:
        raise click.UsageError(f"--host {host} is not loopback: expected --password-file")
    if port == replay_port and port:
        raise click.UsageError(f"--port and --replay-port: expected two ports, found {port} twice")
    if bool(public_url) != bool(public_replay_url):
        raise click.UsageError("--public-url and --public-replay-url: expected both, found one")
    public_origins = None
    if public_url and public_replay_url:
        public_origins = (_public_origin(public_url), _public_origin(public_replay_url))
        if public_origins[0] == public_origins[1]:
            raise click.UsageError("--public-replay-url: expected another origin than --public-url")
    options = ServeOptions(
        host=host,
        port=port,
        replay_port=replay_port,
        host_names=names,
        password_hash=password_file.read_text(encoding="utf-8") if password_file else "",
        certificate=certificate,
        key=key,
        proxies=parse_proxies(proxies),
        public_origins=public_origins,
    )
    with context.home.lock_for_reading():
        reading_room = open_reading_room(context, options)
        click.echo(f"{reading_room.origins[0]}/")
        context.say("serving the reading room; Ctrl-C stops it")
        reading_room.run()


def _public_origin(url: str) -> str:
    """Return the origin of an address that has nothing else, without its scheme's own port."""
    from archive.errors import FormatError
    from archive.urls.web_address import parse_address

    try:
        address = parse_address(url)
    except FormatError as error:
        raise click.UsageError(f"{url}: expected a web address") from error
    origin = address.removesuffix("/")
    if origin.count("/") != 2 or "@" in origin:
        raise click.UsageError(f"{url}: expected a host without a path, such as https://a.example/")
    return origin
