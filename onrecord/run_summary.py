"""What a run tells its user: counts on stdout, problems on stderr."""

from onrecord.collect.ingest import RunStats
from onrecord.context import Context
from onrecord.output import clean, emit

_SHOWN = 20  # problems; the rest are counted, and kept as events in the catalogue


def show_summary(context: Context, name: str, tally: RunStats, as_json: bool) -> None:
    """Say what a run about `name` did and what it could not read."""
    if as_json:
        emit(
            {
                "source": name,
                "visits": tally.visits,
                "captures": dict(tally.captures),
                "statements": tally.statements,
                "versions": tally.versions,
                "seen": tally.readings,
                "not_held": sorted(tally.not_held),
                "problems": tally.problems,
            }
        )
    else:
        context.say(
            f"{clean(name)}: {tally.statements} new statements, {tally.versions} new versions, "
            f"{tally.readings} readings; captures: {_counts(tally)}"
        )
    for problem in tally.problems[:_SHOWN]:
        context.warn(f"  {clean(problem)}")
    if len(tally.problems) > _SHOWN:
        context.warn(f"  and {len(tally.problems) - _SHOWN} more problems")
    for url in sorted(tally.not_held)[:_SHOWN]:
        context.say(f"  not held by the files: {clean(url)}")
    if len(tally.not_held) > _SHOWN:
        context.say(f"  and {len(tally.not_held) - _SHOWN} more addresses the files do not hold")


def _counts(tally: RunStats) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(tally.captures.items())) or "none"
