"""Check every stored byte against its recorded digest"""

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option


@click.command("verify")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """Read every WARC record again and compare it with every digest recorded of it.

    Those of the record itself, and those of the catalogue. Each finding names the file, the place
    and the record. Exit code 3: something is not as it was recorded.
    """
    from archive.catalogue import questions
    from archive.errors import FixityError
    from archive.warc.check import check_file
    from onrecord.keeping import sizes
    from onrecord.progress import counting

    found = 0
    home = context.home
    with context.catalogue() as catalogue:
        expected = questions.stored_by_file(catalogue)
    known = sizes(home)
    with counting(context, "verify", sum(known.values())) as progress:
        for name, size in known.items():
            for finding in check_file(home.warc / name, expected.pop(name, None)):
                found += 1
                _tell(context, name, finding.offset, finding.record, finding.problem, as_json)
            progress(size)
    for name, places in expected.items():
        found += 1
        problem = f"expected this file with {len(places)} captures, found none"
        _tell(context, name, 0, "", problem, as_json)
    if found:
        raise SystemExit(FixityError.exit_code)
    if as_json:
        emit({"outcome": "ok", "files": len(known), "bytes": sum(known.values())})
    else:
        click.echo(f"ok: {len(known)} files, {sum(known.values())} bytes, every digest as recorded")


def _tell(
    context: Context, warc: str, offset: int, record: str, problem: str, as_json: bool
) -> None:
    if as_json:
        emit(
            {
                "outcome": "failed",
                "warc": warc,
                "offset": offset,
                "record": record,
                "problem": problem,
            }
        )
    else:
        click.echo(clean(f"FAILED {warc} byte {offset}: {record or 'a record'}: {problem}"))
