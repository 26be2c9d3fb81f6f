"""Check every stored byte against what the log has on record"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.findings import Finding, Grade, worst_grade
from archive.integrity.fixity import CheckScope
from archive.integrity.log_audit import TrustAnchors
from onrecord.context import Context
from onrecord.output import clean, emit, json_option

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.option("--quick", is_flag=True, help="The log and the sizes of files: no file is read.")
@click.option("--deep", is_flag=True, help="Also compute again what each record says of itself.")
@click.option(
    "--since",
    type=click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Only files with something captured since then (UTC).",
)
@click.option(
    "--anchor",
    "anchors",
    type=_FILE,
    multiple=True,
    help="A checkpoint of this archive that was kept elsewhere (repeatable).",
)
@click.option("--key", default="", help="A key of this archive, as it was once given to you.")
@click.option(
    "--repair-from",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="First restore what is damaged from this copy of the archive.",
)
@click.option("--wacz", type=_FILE, help="Check this WACZ file of ours instead, with --key.")
@json_option
@click.pass_obj
def command(
    context: Context,
    quick: bool,
    deep: bool,
    since: datetime | None,
    anchors: tuple[Path, ...],
    key: str,
    repair_from: Path | None,
    wacz: Path | None,
    as_json: bool,
) -> None:
    """Compare WARC files, log, signatures, timestamps, catalogue and index with each other.

    Every byte of the WARC files is covered by the log, the log by its signed checkpoints, those by
    timestamps and by checkpoints kept elsewhere. Each finding names its object. Exit code 3:
    something is not as it was recorded; 0 with notes: nothing is broken, but read them.
    """
    from archive.errors import FixityError
    from onrecord.evidence.trust import load_trust_anchors

    scope = CheckScope(quick=quick, deep=deep, since=since.replace(tzinfo=UTC) if since else None)
    now = datetime.now(UTC)
    if wacz:
        found = _check_wacz(wacz, key)
    else:
        found = list(_repair(context, repair_from)) if repair_from else []
        found += _check(context, scope, load_trust_anchors(context.home, anchors, key), now)
    for one in found:
        _tell(one, as_json, verbose=context.verbosity > 0)
    verdict = worst_grade(found)
    counts = {grade.word: sum(one.grade is grade for one in found) for grade in Grade}
    if as_json:
        emit({"outcome": verdict.word, "checks": counts})
    else:
        words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        click.echo(f"{'FAILED' if verdict is Grade.FAILED else 'ok'}: {words}")
    if not wacz:
        _remember(context, found, verdict, now)
    if verdict is Grade.FAILED:
        raise SystemExit(FixityError.exit_code)


def _remember(context: Context, found: list[Finding], verdict: Grade, now: datetime) -> None:
    """Add to the catalogue's events that this was checked, what was wrong and what was restored."""
    from archive.catalogue.updates import add_events
    from archive.errors import ArchiveError
    from onrecord import AGENT

    whole = Finding(object="archive", check="verify", grade=verdict, detail=f"{len(found)} checks")
    told = [one for one in found if one.grade or one.check == "repair"]
    try:
        with context.catalogue() as catalogue:
            add_events(catalogue, [one.event(now, AGENT) for one in (whole, *told)])
    except ArchiveError as error:
        context.warn(f"this check is not on record: {error}")


def _check(
    context: Context, scope: CheckScope, trusted: TrustAnchors, now: datetime
) -> Iterator[Finding]:
    from archive.catalogue import verify_catalogue
    from archive.errors import ArchiveError
    from archive.findings import failed_finding
    from archive.integrity import fixity
    from onrecord.collect.catch_up import warc_sizes
    from onrecord.progress import counting

    home = context.home
    total = 0 if scope.quick else sum(warc_sizes(home).values())
    with counting(context, "verify", total) as progress:
        yield from fixity.check(home, trust=trusted, now=now, scope=scope, progress=progress)
    if scope.since is None and not scope.quick:
        try:
            with context.catalogue() as catalogue:
                yield from verify_catalogue.verify_catalogue(catalogue, home.log)
                yield from _check_index(context, catalogue)
        except ArchiveError as error:
            yield failed_finding(verify_catalogue.NAME, "catalogue", str(error))


def _check_index(context: Context, catalogue: "Connection") -> Iterator[Finding]:
    from archive.errors import ArchiveError
    from archive.findings import failed_finding
    from index import verify_index
    from index.engines import ENGINES

    if not context.home.index.exists():
        return
    engine = ENGINES.load(context.settings.engine)(context.home.index)
    try:
        yield from verify_index.verify_index(catalogue, engine)
    except ArchiveError as error:
        yield failed_finding(verify_index.NAME, "index", str(error))
    finally:
        engine.close()


def _check_wacz(path: Path, key: str) -> list[Finding]:
    from archive.integrity.verify_wacz import verify_wacz
    from archive.log.signed_notes import parse_key

    return list(verify_wacz(path, parse_key(key) if key else None))


def _repair(context: Context, copy: Path) -> Iterator[Finding]:
    from archive.archive_folder import ArchiveFolder
    from archive.integrity.repair import repair_warcs
    from archive.integrity.restore_log import restore_log
    from archive.log.log import Log

    home = context.home
    with home.lock_for_writing():
        found = list(restore_log(home, ArchiveFolder(copy)))
        yield from found
        if worst_grade(found) is Grade.OK:
            with Log.open_for_writing(home.log, home.keys) as log:
                yield from repair_warcs(home, log, copy)


def _tell(one: Finding, as_json: bool, *, verbose: bool) -> None:
    if as_json:
        outcome = {"outcome": one.grade.word, "object": one.object}
        emit(outcome | {"check": one.check, "detail": one.detail})
    elif one.grade or verbose or one.check == "repair":
        click.echo(clean(f"{one.grade.word.upper():<4} {one.object}: {one.detail}"))
