"""Find passages: verbatim in quotation marks, by stems outside them"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import click

from onrecord.context import Context
from onrecord.output import clean, console, emit, json_option

_AROUND = 100  # characters shown on either side of a match


@click.command("search")
@click.argument("query", nargs=-1)
@click.option("--limit", default=20, show_default=True, help="Show at most this many statements.")
@click.option("--offset", default=0, show_default=True, help="Skip this many.")
@click.option("--newest", is_flag=True, help="Newest first, not best first.")
@click.option("--page", is_flag=True, help="In the whole visible text of pages, not statements.")
@click.option("--all-versions", is_flag=True, help="Every version that matches, not one each.")
@click.option("--facets", is_flag=True, help="Count by source, issuer, year and language too.")
@click.option(
    "--batch",
    type=click.Path(exists=True, allow_dash=True, dir_okay=False, path_type=Path),
    help="A file of phrases, one a line, each searched verbatim.",
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
    """Show the passages that QUERY finds. docs/query-language.md says what a query may be.

    Exit code 1: nothing found; what was searched is said. A query that cannot be read is an error
    and never an empty answer.
    """
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
    }
    if batch is not None:
        _batch(context, batch, options, as_json)
        return
    asked = parse(_asked(query))
    with context.engine() as engine, context.catalogue() as catalogue:
        from onrecord.statements.search import hit_json

        results = engine.search(asked, facets=facets, **options)  # type: ignore[arg-type]
        base = context.settings.memento_base
        hits = [hit_json(catalogue, hit, base) for hit in results.hits]
        texts = [hit.text for hit in results.hits]
        if not results.total:
            context.warn(nothing(catalogue, engine.count()))
    if as_json:
        for hit in hits:
            emit(hit)
        if facets:
            emit({"total": results.total, "facets": results.facets})
    elif results.total:
        _print(results.total, zip(hits, texts, strict=True), results.facets if facets else {})
    if not results.total:
        raise SystemExit(1)


def _asked(words: tuple[str, ...]) -> str:
    """Return the query as one text: an argument the shell took the quotation marks off is words."""
    return " ".join(words)


def nothing(catalogue: Any, documents: int) -> str:
    """Say what was searched when nothing was found."""
    from archive.catalogue.coverage import by_source

    held = by_source.coverage(catalogue)
    if not held:
        return "nothing found: the archive is empty"
    names = ", ".join(
        f"{source.source} ({source.statements}, {source.first_issued or '?'} to "
        f"{source.last_issued or '?'})"
        for source in held[:12]
    )
    more = f" and {len(held) - 12} more" if len(held) > 12 else ""
    return f"nothing found in {documents} texts of: {clean(names)}{more}"


def _batch(context: Context, batch: Path, options: dict[str, Any], as_json: bool) -> None:
    """Search many phrases in one process; one answer a phrase, in order, those with none too."""
    from index.query_parser import literal_query
    from onrecord.statements.search import hit_json

    found = 0
    with (
        click.open_file(str(batch), encoding="utf-8") as file,
        context.engine() as engine,
        context.catalogue() as catalogue,
    ):
        for line in file:
            words = line.rstrip("\r\n")
            if not words:
                continue
            results = engine.search(literal_query(words), facets=False, **options)
            found += bool(results.total)
            hits = [hit_json(catalogue, h, context.settings.memento_base) for h in results.hits]
            if as_json:
                emit({"phrase": words, "total": results.total, "hits": hits})
            else:
                click.echo(f"{results.total}\t{clean(words)}")
    if not found:
        raise SystemExit(1)


def _print(total: int, hits: Iterable[tuple[dict[str, Any], str]], facets: Any) -> None:
    from rich.text import Text

    out = console()
    out.print(f"{total} statement{'s' if total != 1 else ''}")
    for hit, text in hits:
        head = Text(f"\n{hit['issued'] or 'undated'}  ", style="cyan")
        head.append(clean(hit["issuer"]), style="bold")
        head.append(f": {clean(hit['title'])}", style="default")
        out.print(head)
        for place in hit["passages"][:3]:
            start, end = place["start"], place["end"]
            shown = Text("  …" if start > _AROUND else "  ")
            shown.append(clean(text[max(0, start - _AROUND) : start]).replace("\n", " "))
            style = "bold reverse" if out.is_terminal else "bold"
            shown.append(clean(place["exact"]).replace("\n", " "), style=style)
            shown.append(clean(text[end : end + _AROUND]).replace("\n", " ") + "…")
            out.print(shown)
        kept = "transcript" if hit["transcript"] else f"captured {hit['capture']['captured']}"
        out.print(Text(f"  [{hit['version']}]  {kept}", style="dim"))
    for name, counts in facets.items():
        values = ", ".join(f"{clean(value)} {count}" for value, count in list(counts.items())[:10])
        out.print(f"\nby {name}: {values}", markup=False)
