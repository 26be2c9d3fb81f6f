"""Search statements: verbatim in quotation marks, else by stems"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json

if TYPE_CHECKING:
    from rich.text import Text

    from index.engine_interface import Results

_CONTEXT_CHARS = 100  # characters shown on either side of a match
_LABELS = {"title": "in the title", "symbol": "by its symbol", "url": "by its address"}


@click.command("search")
@click.argument("query", nargs=-1)
@click.option("--limit", default=20, show_default=True, help="Show at most so many statements.")
@click.option("--offset", default=0, show_default=True, help="Skip so many statements.")
@click.option("--newest", is_flag=True, help="Sort newest first, not best first.")
@click.option("--page", is_flag=True, help="Search the whole visible text of pages.")
@click.option("--all-versions", is_flag=True, help="Show every matching version of a statement.")
@click.option("--facets", is_flag=True, help="Also count by source, issuer, year and language.")
@click.option(
    "--batch",
    type=click.Path(exists=True, allow_dash=True, dir_okay=False, path_type=Path),
    help="A file of phrases, one per line, each searched verbatim.",
)
@json_option
@click.pass_obj
def command(
    context: Context,
    query: tuple[str, ...],
    limit: int,
    offset: int,
    newest: bool,
    page: bool,
    all_versions: bool,
    facets: bool,
    batch: Path | None,
    as_json: bool,
) -> None:
    """Show the passages that QUERY matches. docs/query-language.md describes queries.

    Exit code 1: nothing found; what was searched is printed. A malformed query is an error (exit
    code 8), never an empty result.
    """
    from index.queries.check_names import check_names
    from index.queries.quotation_hint import quotation_hint
    from index.query_parser import parse

    if bool(query) == bool(batch):
        raise click.UsageError("expected a query, or --batch FILE")
    order: Literal["newest", "best"] = "newest" if newest else "best"
    layer: Literal["page", "statement"] = "page" if page else "statement"
    options = {
        "limit": limit,
        "offset": offset,
        "order": order,
        "layer": layer,
        "collapse": not all_versions,
        "group_equal": not all_versions,
    }
    if batch is not None:
        _batch(context, batch, options, as_json)
        return
    parsed = parse(_query_text(query))
    with context.engine() as engine, context.catalogue() as catalogue:
        from onrecord.statements.parse_query import known_names
        from onrecord.statements.run_search import hits_json
        from onrecord.statements.search_scope import searched_statements

        parsed = check_names(parsed, lambda: known_names(catalogue, context.sources))
        results = engine.search(parsed, facets=facets, **options)  # type: ignore[arg-type]
        base = context.settings.memento_base
        hits = hits_json(catalogue, results.hits, base)
        texts = [hit.text for hit in results.hits]
        if not results.total:
            context.warn(clean(str(searched_statements(catalogue, engine, parsed, layer))))
    if hint := quotation_hint(parsed):
        context.say(clean(hint))
    if as_json:
        _print_json(results, hits, facets=facets)
    elif results.total:
        _print(
            _count_line(results), zip(hits, texts, strict=True), results.facets if facets else {}
        )
    if not results.total:
        raise SystemExit(1)


def _print_json(results: "Results", hits: Iterable[dict[str, Any]], *, facets: bool) -> None:
    for hit in hits:
        print_json(hit)
    if facets:
        counts = {"total": results.total, "statements": results.statements}
        print_json(counts | {"facets": results.facets})


def _query_text(arguments: tuple[str, ...]) -> str:
    """Return the query as one text; quotation marks that the shell removed stay removed."""
    return " ".join(arguments)


def _batch(context: Context, batch: Path, options: dict[str, Any], as_json: bool) -> None:
    """Search many phrases in one process; print one answer per phrase, in order, empty ones too."""
    from index.query_parser import literal_query
    from onrecord.statements.run_search import hits_json

    matched = 0
    with (
        click.open_file(str(batch), encoding="utf-8") as file,
        context.engine() as engine,
        context.catalogue() as catalogue,
    ):
        for line in file:
            phrase = line.rstrip("\r\n")
            if not phrase:
                continue
            results = engine.search(literal_query(phrase), facets=False, **options)
            matched += bool(results.total)
            if as_json:
                hits = hits_json(catalogue, results.hits, context.settings.memento_base)
                counts = {"total": results.total, "statements": results.statements}
                print_json({"phrase": phrase, **counts, "hits": hits})
            else:
                click.echo(f"{results.statements}\t{clean(phrase)}")
    if not matched:
        raise SystemExit(1)


def _count_line(results: "Results") -> str:
    """Return how many statements match and, where some have one text, how many texts there are."""
    count = f"{results.statements} statement{'s' if results.statements != 1 else ''}"
    if results.total == results.statements:
        return count
    return f"{count}, {results.total} different text{'s' if results.total != 1 else ''}"


def _print(count_line: str, hits: Iterable[tuple[dict[str, Any], str]], facets: Any) -> None:
    from rich.text import Text

    from archive.text.passage import text_around

    terminal = console()
    mark_style = "bold reverse" if terminal.is_terminal else "bold"
    terminal.print(count_line)
    for hit, text in hits:
        head = Text(f"\n{_issued_text(hit)}  ", style="cyan")
        head.append(clean(hit["issuer"]), style="bold")
        head.append(": ", style="default")
        _append_title(head, hit, mark_style)
        terminal.print(head)
        if labels := [_LABELS[part] for part in hit["matched"] if part in _LABELS]:
            terminal.print(Text(f"  matches {' and '.join(labels)}", style="italic"))
        for passage in hit["passages"][:3]:
            start, end = passage["start"], passage["end"]
            excerpt = Text("  …" if start > _CONTEXT_CHARS else "  ")
            before, after = text_around(text, start, end, _CONTEXT_CHARS)
            excerpt.append(clean(before).replace("\n", " "))
            excerpt.append(clean(passage["exact"]).replace("\n", " "), style=mark_style)
            excerpt.append(clean(after).replace("\n", " ") + "…")
            terminal.print(excerpt)
        origin = "transcript" if hit["transcript"] else f"captured {hit['capture']['captured']}"
        terminal.print(Text(f"  [{hit['version']}]  {origin}", style="dim"))
        _print_equal_statements(hit)
    for name, counts in facets.items():
        values = ", ".join(f"{clean(value)} {count}" for value, count in list(counts.items())[:10])
        terminal.print(f"\nby {name}: {values}", markup=False)


def _issued_text(hit: dict[str, Any]) -> str:
    """Return a hit's date, a guess with a question mark."""
    return f"{hit['issued']}{'?' * hit['issued_guess']}" if hit["issued"] else "undated"


def _print_equal_statements(hit: dict[str, Any]) -> None:
    """Print the other statements that have the text of a hit, a line each."""
    from rich.text import Text

    for other in hit["also"]:
        line = Text("  also: ")
        line.append(f"{_issued_text(other)}  ", style="cyan")
        line.append(clean(" · ".join(filter(None, (other["source"], other["url"])))))
        origin = "transcript" if other["transcript"] else f"captured {other['capture']['captured']}"
        line.append(f"  [{clean(other['version'])}]  {origin}", style="dim")
        console().print(line)
    if (hidden := hit["also_count"] - len(hit["also"])) > 0:
        console().print(Text(f"  also: {hidden} more", style="dim"))


def _append_title(head: "Text", hit: dict[str, Any], mark_style: str) -> None:
    """Append the title of a hit, its matches marked."""
    title, end = hit["title"], 0
    for passage in hit["title_passages"]:
        head.append(clean(title[end : passage["start"]]), style="default")
        head.append(clean(passage["exact"]), style=mark_style)
        end = passage["end"]
    head.append(clean(title[end:]), style="default")
