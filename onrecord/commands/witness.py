"""Exchange checkpoints with partners and cosign theirs"""

from datetime import UTC, datetime
from pathlib import Path

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("witness")
def command() -> None:
    """Exchange signed checkpoints with partners, to detect a log with two histories."""


@command.command("add")
@click.argument("key")
@click.pass_obj
def add(context: Context, key: str) -> None:
    """Trust a partner's KEY, which signs a log or cosigns ours."""
    from archive import atomic_files
    from archive.log import signed_notes

    parsed = signed_notes.parse_key(key)
    kind = "witnesses" if parsed.kind == signed_notes.WITNESS_KEY else "partners"
    path = context.home.log / kind / f"{parsed.id.hex()}.key"
    atomic_files.replace_file(path, f"{parsed.vkey}\n".encode(), mode=0o644)
    click.echo(f"{kind.removesuffix('s')} {clean(parsed.name)}")


@command.command("key")
@click.pass_obj
def key(context: Context) -> None:
    """Print the key with which this archive cosigns checkpoints.

    The first call creates the key.
    """
    from onrecord.evidence.witness import load_own_key

    click.echo(load_own_key(context.home)[1].vkey)


@command.command("cosign")
@click.argument("checkpoint", type=_FILE)
@click.option("--proof", type=_FILE, help="What `witness proof` printed for the last one seen.")
@click.pass_obj
def cosign(context: Context, checkpoint: Path, proof: Path | None) -> None:
    """Cosign and print CHECKPOINT if it extends the last one seen.

    Exit code 3: it does not. Keep both files: together they prove a log with two histories.
    """
    from onrecord.evidence.witness import cosign_checkpoint

    note = cosign_checkpoint(context.home, checkpoint, proof, datetime.now(UTC))
    click.echo(note.encode().decode(), nl=False)


@command.command("proof")
@click.argument("old", type=int)
@click.pass_obj
def proof(context: Context, old: int) -> None:
    """Print a consistency proof from the first OLD entries to now.

    A partner needs it to cosign the newest checkpoint.
    """
    from archive.log.signed_log import Log

    with Log.open_for_reading(context.home.log) as log:
        newest = log.checkpoints.latest()
        size = newest.checkpoint.size if newest else 0
        if not 0 <= old <= size:
            raise click.UsageError(f"expected a number of entries up to {size}, found {old}")
        for step in log.consistency_proof(old, size):
            click.echo(step.hex())


@command.command("verify")
@click.argument("checkpoint", type=_FILE)
@json_option
@click.pass_obj
def verify(context: Context, checkpoint: Path, as_json: bool) -> None:
    """Compare a partner's copy of our CHECKPOINT with the log.

    Stores its cosignatures. Exit code 3: the log has another history: a split view.
    """
    from onrecord.evidence.witness import store_cosigned_checkpoint

    cosignatures = store_cosigned_checkpoint(context.home, checkpoint)
    for cosignature in cosignatures:
        if as_json:
            print_json({"witness": cosignature.witness, "when": cosignature.when.isoformat()})
        else:
            click.echo(clean(f"seen by {cosignature.witness} at {cosignature.when.isoformat()}"))
    if not cosignatures:
        context.warn("the checkpoint is ours, but no partner you added has cosigned it")
