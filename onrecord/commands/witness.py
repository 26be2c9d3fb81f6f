"""Partners who watch each other's logs"""

from datetime import UTC, datetime
from pathlib import Path

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("witness")
def command() -> None:
    """Exchange signed checkpoints with partners, so that no one can show two pasts."""


@command.command("add")
@click.argument("key")
@click.pass_obj
def add(context: Context, key: str) -> None:
    """Trust a partner's KEY: one that signs a log, or one that cosigns ours."""
    from archive import atomic_files
    from archive.log import signed_notes

    found = signed_notes.parse_key(key)
    kind = "witnesses" if found.kind == signed_notes.WITNESS_KEY else "partners"
    path = context.home.log / kind / f"{found.id.hex()}.key"
    atomic_files.replace_file(path, f"{found.vkey}\n".encode(), mode=0o644)
    click.echo(f"{kind.removesuffix('s')} {clean(found.name)}")


@command.command("key")
@click.pass_obj
def key(context: Context) -> None:
    """Print the key by which this archive cosigns others' checkpoints; made when first asked."""
    from onrecord.evidence.witness import load_own_key

    click.echo(load_own_key(context.home)[1].vkey)


@command.command("cosign")
@click.argument("checkpoint", type=_FILE)
@click.option("--proof", type=_FILE, help="Hashes, one a line, from the last one seen to this.")
@click.pass_obj
def cosign(context: Context, checkpoint: Path, proof: Path | None) -> None:
    """Cosign a partner's CHECKPOINT if it extends the last one that we saw; print it.

    Exit code 3: it does not. Keep both files: together they prove that two pasts were shown.
    """
    from onrecord.evidence.witness import cosign_checkpoint

    note = cosign_checkpoint(context.home, checkpoint, proof, datetime.now(UTC))
    click.echo(note.encode().decode(), nl=False)


@command.command("proof")
@click.argument("old", type=int)
@click.pass_obj
def proof(context: Context, old: int) -> None:
    """Print the proof that this log extends its first OLD entries, for a partner to cosign."""
    from archive.log.log import Log

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
    """Compare a CHECKPOINT of this archive, as a partner has it, with the log; keep cosignatures.

    Exit code 3: it shows another past than this log has: a split view.
    """
    from onrecord.evidence.witness import store_cosigned_checkpoint

    seen = store_cosigned_checkpoint(context.home, checkpoint)
    for one in seen:
        if as_json:
            emit({"witness": one.witness, "when": one.when.isoformat()})
        else:
            click.echo(clean(f"seen by {one.witness} at {one.when.isoformat()}"))
    if not seen:
        context.warn("it is ours, and no partner that you added has cosigned it")
