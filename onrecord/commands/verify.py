"""Check every stored byte against the log"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.integrity.fixity import CheckScope
from archive.integrity.log_audit import TrustAnchors
from archive.verification_finding import Finding, Grade, worst_grade
from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PACK = click.Path(exists=True, path_type=Path)


@click.command("verify")
@click.option("--quick", is_flag=True, help="Check only the log and the sizes of files.")
@click.option("--deep", is_flag=True, help="Also recompute each WARC record's own digests.")
@click.option(
    "--since",
    type=click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Only files with captures since this moment (UTC).",
)
@click.option(
    "--anchor",
    "anchors",
    type=_FILE,
    multiple=True,
    help="A checkpoint of this archive stored elsewhere (repeatable).",
)
@click.option("--key", default="", help="The key of this archive, obtained elsewhere.")
@click.option(
    "--repair-from",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="First restore damaged files from this copy of the archive.",
)
@click.option(
    "--repair",
    is_flag=True,
    help="First make anew what needs no copy: the log's tiles, public keys, newest checkpoint.",
)
@click.option("--wacz", type=_FILE, help="Check this exported WACZ file instead, with --key.")
@click.argument("pack", metavar="[PACK]", required=False, type=_PACK)
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
    repair: bool,
    wacz: Path | None,
    pack: Path | None,
    as_json: bool,
) -> None:
    """Compare WARC files, log, signatures, timestamps, catalogue and index with each other.

    Every byte of the WARC files is covered by the log, the log by its signed checkpoints, those by
    timestamps and by checkpoints stored elsewhere. Each finding names its object. Exit code 3:
    something differs from what was recorded; 0 with notes: nothing is broken, but read them.

    With PACK, a folder or a ZIP file, check that evidence pack instead, as its own verify.sh does;
    no archive is needed. Exit code 1: it is not as it was packed.
    """
    if pack:
        _verify_pack(pack, key, as_json)
        return
    from archive.errors import FixityError
    from onrecord.evidence.trust import load_trust_anchors

    scope = CheckScope(quick=quick, deep=deep, since=since.replace(tzinfo=UTC) if since else None)
    now = datetime.now(UTC)
    if wacz:
        findings = _check_wacz(wacz, key)
    else:
        findings = list(_repair_alone(context)) if repair else []
        findings += _repair(context, repair_from) if repair_from else []
        findings += _check(context, scope, load_trust_anchors(context.home, anchors, key), now)
    for finding in findings:
        _show_finding(finding, as_json, verbose=context.verbosity > 0)
    verdict = worst_grade(findings)
    counts = {grade.word: sum(finding.grade is grade for finding in findings) for grade in Grade}
    if as_json:
        print_json({"outcome": verdict.word, "checks": counts})
    else:
        summary = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        click.echo(f"{'FAILED' if verdict is Grade.FAILED else 'ok'}: {summary}")
    if not wacz:
        _record_events(context, findings, verdict, now)
    if verdict is Grade.FAILED:
        raise SystemExit(FixityError.exit_code)


def _verify_pack(path: Path, key: str, as_json: bool) -> None:
    from archive.log.signed_notes import parse_key
    from archive.pack.verify_packed import verify_packed

    for line in verify_packed(path, parse_key(key) if key else None):
        if as_json:
            outcome = {"ok": "pass", "note": "note", "FAIL": "fail"}[line.outcome]
            facts = {"outcome": outcome, "object": str(path), "check": line.check}
            print_json(facts | {"detail": line.detail, "remedy": line.remedy})
        else:
            click.echo(clean(f"{line.outcome:<5} {line.check:<11} {line.detail}"))
        if line.outcome == "FAIL" and line.remedy:
            if not as_json:
                click.echo(f"What to do: {line.remedy}")
            raise SystemExit(1)
    if not as_json:
        click.echo("VERIFIED")


def _record_events(
    context: Context, findings: list[Finding], verdict: Grade, now: datetime
) -> None:
    """Record this check, its problems and its repairs as events in the catalogue."""
    from archive.catalogue.write_rows import add_events
    from archive.errors import ArchiveError
    from onrecord import AGENT

    detail = f"{len(findings)} checks"
    overall = Finding(object="archive", check="verify", grade=verdict, detail=detail)
    notable = [finding for finding in findings if finding.grade or finding.check == "repair"]
    if not context.home.is_writable:
        context.say("this archive cannot be written to: the check is not recorded in it")
        return
    try:
        with context.catalogue() as catalogue:
            add_events(catalogue, [finding.event(now, AGENT) for finding in (overall, *notable)])
    except ArchiveError as error:
        context.warn(f"this check was not recorded: {error}")


def _check(
    context: Context, scope: CheckScope, trusted: TrustAnchors, now: datetime
) -> Iterator[Finding]:
    from archive.catalogue import verify_catalogue
    from archive.catalogue.vouched import verify_vouched
    from archive.errors import ArchiveError
    from archive.integrity import fixity
    from archive.verification_finding import failed_finding
    from archive.vouching.vouched_links import verify_links
    from onrecord.collect.ingest_missing import warc_sizes
    from onrecord.progress import show_progress

    home = context.home
    total = 0 if scope.quick else sum(warc_sizes(home).values())
    with show_progress(context, "verify", total) as progress:
        yield from fixity.check(home, trust=trusted, now=now, scope=scope, progress=progress)
    if scope.since is None and not scope.quick:
        try:
            with context.catalogue() as catalogue:
                yield from verify_catalogue.verify_catalogue(catalogue, home.log)
                yield from verify_vouched.verify_vouched(catalogue, home.log)
                yield from verify_links(home.links, home.log)
                yield from _check_index(context, catalogue)
        except ArchiveError as error:
            yield failed_finding(verify_catalogue.NAME, "catalogue", str(error))


def _check_index(context: Context, catalogue: "Connection") -> Iterator[Finding]:
    from archive.errors import ArchiveError
    from archive.verification_finding import failed_finding
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


def _repair_alone(context: Context) -> Iterator[Finding]:
    from archive.integrity.restore_log import remake_derived_files

    with context.home.lock_alone():
        yield from remake_derived_files(context.home)


def _repair(context: Context, copy: Path) -> Iterator[Finding]:
    from archive.archive_folder import ArchiveFolder
    from archive.integrity.repair import repair_warcs
    from archive.integrity.restore_log import restore_log
    from archive.log.signed_log import Log

    home = context.home
    with home.lock_alone():
        findings = list(restore_log(home, ArchiveFolder(copy)))
        yield from findings
        if worst_grade(findings) is Grade.OK:
            with Log.open_for_writing(home.log, home.keys) as log:
                yield from repair_warcs(home, log, copy)


def _show_finding(finding: Finding, as_json: bool, *, verbose: bool) -> None:
    if as_json:
        outcome = {"outcome": finding.grade.word, "object": finding.object}
        print_json(outcome | {"check": finding.check, "detail": finding.detail})
    elif finding.grade or verbose or finding.check == "repair":
        click.echo(clean(f"{finding.grade.word.upper():<4} {finding.object}: {finding.detail}"))
