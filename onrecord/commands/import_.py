"""Import WARC and WACZ files and text collections"""

from pathlib import Path

import click

from onrecord.command_context import Context
from onrecord.print_output import json_option


@click.command("import")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--evidence-only", is_flag=True, help="Store the captures, read no statements now.")
@json_option
@click.pass_obj
def command(context: Context, files: tuple[Path, ...], evidence_only: bool, as_json: bool) -> None:
    """Import each FILE; importing a file again adds nothing.

    WARC and WACZ files are evidence: their records keep their ids, dates and digests. JSON lines
    ({id, source, date, title, lang, text, url?}, gzipped or not) become transcripts.
    """
    from onrecord.collect.import_files import import_archive, import_collection
    from onrecord.collect.open_archive import open_for_writing
    from onrecord.print_run_summary import show_summary
    from onrecord.progress import show_progress

    for path in files:
        with (
            open_for_writing(context) as (store, catalogue),
            show_progress(context, path.name) as progress,
        ):
            if _is_collection(path):
                stats = import_collection(catalogue, store, path, progress)
            else:
                stats = import_archive(
                    catalogue, store, path, context.sources, progress, read=not evidence_only
                )
        show_summary(context, path.name, stats, as_json)
    with context.engine():
        pass


def _is_collection(path: Path) -> bool:
    return ".jsonl" in path.suffixes or ".ndjson" in path.suffixes
