"""Print the summary of a run: counts as JSON on stdout or text on stderr, problems on stderr."""

from typing import Any

from archive.warc.inputs.refused_input import RefusedInput
from onrecord.collect.ingest import RunStats
from onrecord.command_context import Context
from onrecord.print_output import clean, print_json

_MAX_SHOWN = 20  # problems; the rest are counted, and kept as events in the catalogue


def show_summary(
    context: Context, name: str, stats: RunStats, as_json: bool, *, max_shown: int = _MAX_SHOWN
) -> None:
    """Print what the run of source or file `name` stored and what it could not read.

    At most `max_shown` problems are printed of each sort; the rest are counted.
    """
    if as_json:
        print_json(
            {
                "source": name,
                "visits": stats.visits,
                "captures": dict(stats.captures),
                "statements": stats.statements,
                "versions": stats.versions,
                "seen": stats.readings,
                "unread": stats.unread,
                "not_held": sorted(stats.not_held),
                "problems": stats.problems,
                "passed_over": [_refused_object(refused) for refused in stats.passed_over],
            }
        )
    else:
        context.say(
            f"{clean(name)}: {stats.statements} new statements, {stats.versions} new versions, "
            f"{stats.readings} readings; {_unread(stats)}captures: {_counts(stats)}"
        )
    for problem in stats.problems[:max_shown]:
        context.warn(f"  {clean(problem)}")
    if len(stats.problems) > max_shown:
        context.warn(f"  and {len(stats.problems) - max_shown} more problems")
    if stats.passed_over:
        context.warn(f"  {len(stats.passed_over)} passed over:")
    for refused in stats.passed_over[:max_shown]:
        context.warn(f"  {clean(str(refused))}")
    if len(stats.passed_over) > max_shown:
        context.warn(f"  and {len(stats.passed_over) - max_shown} more passed over (--json: all)")
    for url in sorted(stats.not_held)[:max_shown]:
        context.say(f"  not held by the files: {clean(url)}")
    if len(stats.not_held) > max_shown:
        context.say(f"  and {len(stats.not_held) - max_shown} more addresses not held")


def _refused_object(refused: RefusedInput) -> dict[str, Any]:
    return {
        "file": refused.file,
        "line": refused.line or None,
        "offset": refused.offset,
        "record": refused.record,
        "url": refused.url,
        "reason": refused.reason,
    }


def _unread(stats: RunStats) -> str:
    return f"{stats.unread} unread; " if stats.unread else ""


def _counts(stats: RunStats) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(stats.captures.items())) or "none"
