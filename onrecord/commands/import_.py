"""Import WARC and WACZ files and text collections"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import json_option

if TYPE_CHECKING:
    from onrecord.collect.ingest import RunStats


@click.command("import")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option("--evidence-only", is_flag=True, help="Store the captures, read no statements now.")
@click.option("--strict", is_flag=True, help="Take nothing of a file with a bad line or record.")
@json_option
@click.pass_obj
def command(
    context: Context, files: tuple[Path, ...], evidence_only: bool, strict: bool, as_json: bool
) -> None:
    """Import each FILE; importing a file again adds nothing.

    WARC, ARC and WACZ files are evidence: their records keep their ids, dates and digests. They may
    be packed as gzip, Zstandard or LZ4; a revisit finds its original in any FILE or in the archive.
    JSON lines ({id, source, lang, text, title?, date?, url?}, gzipped or not) become transcripts.
    Their ids are the collection's own: not those of statements that a source captures.

    Of the folder of another archive, captures and collections are taken, each once, and its log
    is kept beside ours: packs of these captures prove them by the other archive's key, too.

    A bad line, record or FILE is passed over and named. Exit code 1: something was passed over.
    Where no FILE can be read at all, it is that of the first one's error.
    """
    from onrecord.print_run_summary import show_summary

    if not any(path.exists() for path in files):
        raise click.BadParameter(f"Path {str(files[0])!r} does not exist.", param_hint="FILE...")
    files = tuple(dict.fromkeys(files))
    stats = _import_files(context, files, read=not evidence_only, strict=strict)
    for path in files:
        show_summary(context, path.name, stats[path], as_json)
    with context.engine():
        pass
    errors = [stats[path].unreadable for path in files]
    if errors[0] and all(errors):
        raise SystemExit(errors[0].exit_code)
    if any(counts.passed_over for counts in stats.values()):
        raise SystemExit(1)


def _import_files(
    context: Context, files: Sequence[Path], *, read: bool, strict: bool
) -> "dict[Path, RunStats]":
    from archive.archive_folder import ArchiveFolder
    from onrecord.collect.imports.import_archive_folder import (
        collections_of,
        is_archive,
        join,
        require_sound,
    )
    from onrecord.collect.imports.import_archives import import_archives
    from onrecord.collect.imports.import_collection import import_collection
    from onrecord.collect.ingest import RunStats, now
    from onrecord.collect.open_archive import open_for_writing
    from onrecord.progress import show_progress, show_reading

    collections = [path for path in files if _is_collection(path)]
    archives = [path for path in files if not _is_collection(path)]
    joined = [ArchiveFolder(path) for path in archives if is_archive(path)]
    stats = {path: RunStats() for path in collections}
    moment = now()
    for other in joined:
        require_sound(other, moment)
        join(context.home, other, moment)
    with open_for_writing(context) as (store, catalogue), ExitStack() as stack:
        if archives:
            with show_reading(context) as show, context.home.replay_turn() as turn:
                stats |= import_archives(
                    catalogue,
                    store,
                    archives,
                    context.sources,
                    show,
                    turn,
                    read=read,
                    strict=strict,
                    intake=context.intake,
                )
        parts = [(path, path) for path in collections]
        for other in joined:
            parts += [(other.root, path) for path in stack.enter_context(collections_of(other))]
        for given, path in parts:
            with show_progress(context, path.name) as progress:
                taken = import_collection(
                    catalogue, store, path, progress, strict=strict, sources=context.sources
                )
            stats[given].add(taken)
    return stats


def _is_collection(path: Path) -> bool:
    suffixes = [suffix.lower() for suffix in path.suffixes if not path.is_dir()]
    return ".jsonl" in suffixes or ".ndjson" in suffixes
