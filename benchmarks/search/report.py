"""Write what `run` measured as a page: `python -m benchmarks.search.report A.json … PAGE.md`."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_ORDER = ("onrecord", "tantivy", "fts5", "xapian", "stock", "ripgrep")
_KINDS = {
    "phrase": "phrase: every matching document",
    "page": "page: exact count, 20 hits, a snippet each",
    "page, facets": "page with facets by source, issuer, year and language",
    "date": "phrase within dates: every matching document",
    "slop": "words in order within a distance: every matching document",
    "ellipsis": "two parts in order: every matching document",
    "boolean": "two or three words with AND, OR, NOT: every matching document",
    "top 20": "the best 20 by BM25 of one to three words",
}
_INTRO = Path(__file__).with_name("method.md")


def main() -> None:
    """Turn JSON reports into one page."""
    *sources, target = map(Path, sys.argv[1:])
    reports = [json.loads(path.read_text()) for path in sources]
    pages = [
        "\n".join(_reindexed(report) if "then_added" in report else _report(report))
        for report in reports
    ]
    target.write_text("\n".join([_INTRO.read_text(), *pages]))


def _report(report: Mapping[str, Any]) -> Iterator[str]:
    resampled_count = report["documents"] - report["real"]
    kind = f"{report['real']:,} real" + (
        f", {resampled_count:,} resampled from their sentences" * bool(resampled_count)
    )
    yield f"## {report['documents']:,} statements ({kind}), {report['text_bytes'] / 1e6:.0f} MB"
    yield ""
    yield "; ".join(f"{key} {value}" for key, value in report["machine"].items())
    yield f"; {report['rounds']} rounds; seed {report['seed']}."
    yield ""
    yield from _building(report)
    if report["wrong"]:
        yield from _answers(report["wrong"])
    for kind, title in _KINDS.items():
        if kind in report["queries"]:
            yield from _times(title, report["queries"][kind])


def _building(report: Mapping[str, Any]) -> Iterator[str]:
    yield "| index | documents a CPU second | a second | memory while made | size ÷ text | open |"
    yield "|---|---|---|---|---|---|"
    for name in _sorted(report["build"]):
        built, opened = report["build"][name], report["open"].get(name)
        size = f"{built['bytes'] / report['text_bytes']:.2f}" if "bytes" in built else ""
        memory = f"{built['memory_mb']:.0f} MB" if "memory_mb" in built else ""
        wall = len_per_second(report["documents"], built["wall_seconds"])
        shown = f"{opened['ms']:.1f} ms, {opened['memory_mb']:.1f} MB" if opened else ""
        cpu = built["documents_per_cpu_second"]
        yield f"| {name} | {cpu:,.0f} | {wall} | {memory} | {size} | {shown} |"
    yield ""
    yield from _two(report)


def _two(report: Mapping[str, Any]) -> Iterator[str]:
    """Say what two processes are worth, where each has a processor to itself."""
    built = report["build"]
    for name in (name for name in built if name.endswith("2 processes")):
        busier = built[name]["busiest_cpu_seconds"]
        single = built["onrecord"]["cpu_seconds"]
        yield f"Of two processes the busier took {busier:.1f} CPU seconds, one alone {single:.1f}:"
        yield f"{single / busier:.2f} × as fast where each has a processor to itself"
        if "fts5" in built:
            rate = built["fts5"]["cpu_seconds"] / busier
            yield f"(and {rate:.2f} × FTS5's documents per CPU second)."
        yield ""


def _reindexed(report: Mapping[str, Any]) -> Iterator[str]:
    """Say what a large index made in commits takes, and what it takes to add to it."""
    yield f"## {report['documents']:,} statements in commits of {report['commits_of']:,}"
    yield ""
    yield "`python -m benchmarks.search.reindex`: the process that makes the index is killed (-9)"
    yield "half-way, another goes on, then segments are merged; then ten statements are added at a"
    yield "time, until another engine finds the last of them."
    yield ""
    yield "| is | measured |"
    yield "|---|---|"
    yield f"| held after the kill | {report['held_after_the_kill']:,} |"
    yield f"| added by the second process | {report['then_added']:,} |"
    yield f"| held in the end | {report['held_in_the_end']:,} in {report['segments']} segments |"
    resident, own = (
        f"{report[f'then_{name}_mb']:,.0f} MB" for name in ("most_resident", "most_own")
    )
    yield f"| most memory of the second process, mapped files among it | {resident} |"
    yield f"| its own memory at the end | {own} |"
    median, most = report["ten_more_ms_median"], report["ten_more_ms_most"]
    yield f"| ten more, searchable after | {median:.0f} ms (median of 20), {most:.0f} ms at most |"
    files_kept = report["ten_more_files_kept"]
    yield f"| files of the index that these 20 updates left alone | {files_kept} |"
    yield ""


def len_per_second(documents: int, seconds: float) -> str:
    """Return how many documents a second that is."""
    return f"{documents / seconds:,.0f}"


def _answers(wrong: Mapping[str, Any]) -> Iterator[str]:
    yield "Answers that differ from a full scan (differing / asked; documents too many, missed):"
    yield ""
    kinds = list(dict.fromkeys(kind for tallies in wrong.values() for kind in tallies))
    yield f"| engine | {' | '.join(kinds)} |"
    yield f"|---{'|---' * len(kinds)}|"
    for name in _sorted(wrong):
        cells = [_cell(wrong[name].get(kind)) for kind in kinds]
        yield f"| {name} | {' | '.join(cells)} |"
    yield ""


def _cell(tally: Mapping[str, Any] | None) -> str:
    if tally is None:
        return ""
    if not tally["wrong"]:
        return f"0 / {tally['asked']}"
    return f"{tally['wrong']} / {tally['asked']} (+{tally['false']}, −{tally['missed']})"


def _times(title: str, rows: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield f"**{title}** (ms)"
    yield ""
    yield "| engine | asked | CPU p50 | p95 | max | wall p50 | p95 | max |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in _sorted(rows):
        row = rows[name]
        cells = [
            f"{row[f'{kind}_{statistic}']:.3g}" for kind in ("cpu", "wall") for statistic in _AT
        ]
        yield f"| {name} | {row['n']:.0f} | {' | '.join(cells)} |"
    yield ""


_AT = ("p50", "p95", "max")


def _sorted(names: Mapping[str, Any]) -> Sequence[str]:
    return sorted(names, key=lambda name: (_ORDER.index(name.split(",")[0]), name))


if __name__ == "__main__":
    main()
