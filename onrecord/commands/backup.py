"""Copy the archive to another disk, while others read and write"""

from datetime import UTC, datetime
from pathlib import Path

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--quick", is_flag=True, help="Verify only the log and the sizes of files.")
@json_option
@click.pass_obj
def command(context: Context, folder: Path, quick: bool, as_json: bool) -> None:
    """Bring the backup in FOLDER up to date, or make it, and verify it.

    Only what is new is copied, except the catalogue. A backup that was interrupted leaves the
    earlier one usable, and the next goes on from there. Copy FOLDER back to restore it. It holds
    the archive's private key, as the archive does, and no search index, which is made anew.

    Exit code 3: the copy differs from what was recorded.
    """
    from archive.errors import FixityError
    from archive.integrity.fixity import CheckScope
    from archive.verification_finding import Grade, worst_grade
    from onrecord.evidence.back_up import back_up

    result, findings = back_up(context.home, folder, datetime.now(UTC), CheckScope(quick=quick))
    verdict = worst_grade(findings)
    for finding in findings:
        if finding.grade is Grade.FAILED or (finding.grade and context.verbosity > 0):
            line = f"{finding.grade.word.upper():<4} {finding.object}: {finding.detail}"
            context.warn(clean(line))
    if as_json:
        facts = {"folder": str(folder), "entries": result.entries}
        print_json(
            facts
            | {
                "copied_files": len(result.copied_files),
                "copied_bytes": result.copied_bytes,
                "outcome": verdict.word,
            }
        )
    else:
        copied = f"{len(result.copied_files)} files, {result.copied_bytes} bytes copied"
        if result.repaired:
            copied += f"; {result.repaired} damaged records of the backup repaired"
        word = "FAILED" if verdict is Grade.FAILED else "verified"
        click.echo(f"{folder}: {word}: {result.entries} log entries; {copied}")
    if verdict is Grade.FAILED:
        raise SystemExit(FixityError.exit_code)
