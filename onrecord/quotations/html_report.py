"""Write a self-contained HTML report: the article, its quotations by verdict, their sources.

The page has no scripts and fetches nothing; its Content-Security-Policy forbids both, in case
escaping fails.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from sqlalchemy import Connection

from archive.atomic_files import write_private
from archive.citations import STYLES
from archive.text.passage import make_passage
from index.quotes.article.article_text import Article
from index.quotes.compare.decide_verdict import Judgement, Verdict
from onrecord.print_output import clean
from onrecord.quotations.check_text import CheckedQuotation, SearchScope, issue_dates
from onrecord.quotations.terminal_report import VERDICT_MEANINGS
from onrecord.settings import Settings
from onrecord.statements.cite_statement import CitedPassage, citation_data

_STYLE = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.6 Georgia, serif; margin: 0 auto; max-width: 76rem; padding: 1.5rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; }
.both { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 2.5rem; }
.article { white-space: pre-wrap; overflow-wrap: anywhere; }
.article a { color: inherit; text-decoration: underline 3px; text-underline-offset: 3px; }
.card { border: 1px solid var(--line); border-left-width: 6px; border-radius: 4px;
  margin: 0 0 1rem; padding: .6rem .9rem; overflow-wrap: anywhere;
  font: .86rem/1.5 system-ui, sans-serif; }
.card:target { outline: 3px solid Highlight; }
.card h3 { font-size: .9rem; margin: 0; } .card p { margin: .35rem 0; }
.verbatim { text-decoration-color: #2a8a3e !important; border-left-color: #2a8a3e; }
.elided { text-decoration-color: #1787a8 !important; border-left-color: #1787a8; }
.spliced { text-decoration-color: #b98300 !important; text-decoration-style: dashed !important;
  border-left-color: #b98300; }
.altered { text-decoration-color: #b0368c !important; text-decoration-style: wavy !important;
  border-left-color: #b0368c; }
.translated { text-decoration-color: #3b5fc0 !important; border-left-color: #3b5fc0; }
.not-found { text-decoration-color: #c33131 !important; text-decoration-style: dotted !important;
  border-left-color: #c33131; }
del { color: #c33131; } ins { color: #2a8a3e; text-decoration: none; border-bottom: 2px solid; }
.hidden { background: #8883; } .quiet { opacity: .75; }
table { border-collapse: collapse; font: .86rem/1.5 system-ui, sans-serif; }
td, th { border-bottom: 1px solid var(--line); padding: .2rem .8rem .2rem 0; text-align: left;
  vertical-align: top; }
@media (max-width: 52rem) { .both { display: block; } }
@media print { .both { display: block; } details > * { display: block; } }
"""
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def write_report(
    path: Path,
    article: Article | None,
    quotations: Sequence[CheckedQuotation],
    scope: SearchScope,
    catalogue: Connection,
    settings: Settings,
) -> None:
    """Write the report to `path`. Raises StorageError if it cannot be written."""
    cards = "\n".join(
        _card(number, checked, _citation(checked, catalogue, settings))
        for number, checked in enumerate(quotations, 1)
    )
    title = article.title if article and article.title else "Quotations, checked"
    body = f"<div class='article'>{_marked_article(article, quotations)}</div>" if article else ""
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>{_escape(title)}</title>
<style>{_STYLE}</style></head><body>
<h1>{_escape(title)}</h1>{_summary(quotations)}
<div class="{"both" if article else "one"}">{body}<div>{cards}</div></div>
{_search_scope_table(scope)}
</body></html>
"""
    write_private(path, page)


def _escape(text: str) -> str:
    return escape(clean(text), quote=True)


def _summary(quotations: Sequence[CheckedQuotation]) -> str:
    counts = [
        (verdict, sum(1 for checked in quotations if checked.resolution.verdict is verdict))
        for verdict in Verdict
    ]
    summary = ", ".join(f"{count} {verdict.value}" for verdict, count in counts if count)
    return f"<p>{len(quotations)} quotations: {summary or 'none'}.</p>"


def _marked_article(article: Article, quotations: Sequence[CheckedQuotation]) -> str:
    """Return the article's text with each quotation linked to its card."""
    parts: list[str] = []
    position = 0
    for number, checked in enumerate(quotations, 1):
        quotation = checked.quotation
        if quotation is None or quotation.start < position:
            continue
        verdict = checked.resolution.verdict.value
        parts.append(_escape(article.text[position : quotation.start]))
        quoted = _escape(article.text[quotation.start : quotation.end])
        parts.append(f'<a id="q{number}" class="{verdict}" href="#s{number}">{quoted}</a>')
        position = quotation.end
    parts.append(_escape(article.text[position:]))
    return "".join(parts)


def _card(number: int, checked: CheckedQuotation, citation: str) -> str:
    resolution, match = checked.resolution, checked.resolution.match
    verdict = resolution.verdict
    lines = [
        f'<h3><a href="#q{number}">{number}</a>. {verdict.value}'
        f" <span class='quiet'>{VERDICT_MEANINGS[verdict]}</span></h3>",
        f"<p>“{_quote_with_edits(resolution.quote, match.judgement if match else None)}”</p>",
    ]
    if checked.quotation and checked.quotation.attributed_to:
        lines.append(
            f"<p class='quiet'>credited to: {_escape(checked.quotation.attributed_to)}</p>"
        )
    if match is not None:
        document = match.document
        heading = f"{checked.shown_date(document)}, {document.issuer}: {document.title}"
        lines.append(
            f"<p><b>{_escape(heading)}</b></p>{_source_passage(document.text, match.judgement)}"
        )
    for flag in checked.flags:
        lines.append(f"<p><b>{_escape(flag.kind)}</b>: {_escape(flag.detail)}</p>")
    if resolution.other_matches:
        statements = "; ".join(
            _escape(f"{checked.shown_date(match.document)} {match.document.statement}")
            for match in resolution.other_matches[:8]
        )
        lines.append(
            f"<p class='quiet'>in {len(resolution.other_matches)} other statements too: "
            f"{statements}</p>"
        )
    if citation:
        lines.append(f"<details><summary>Cite it</summary><p>{_escape(citation)}</p></details>")
    return f'<section class="card {verdict.value}" id="s{number}">{"".join(lines)}</section>'


def _quote_with_edits(quote: str, judgement: Judgement | None) -> str:
    chunks: list[str] = []
    position = 0
    for edit in sorted(judgement.edits if judgement else (), key=lambda edit: edit.quote_start):
        chunks.append(_escape(quote[position : edit.quote_start]))
        if edit.before:
            chunks.append(f"<del>{_escape(edit.before)}</del> ")
        if edit.after:
            chunks.append(f"<ins>{_escape(edit.after)}</ins>")
        position = max(position, edit.quote_end)
    chunks.append(_escape(quote[position:]))
    return "".join(chunks)


def _source_passage(text: str, judgement: Judgement) -> str:
    """Return the source's own words, with the omitted words shaded."""
    if not judgement.parts:
        return ""
    start, end = (
        min(part.start for part in judgement.parts),
        max(part.end for part in judgement.parts),
    )
    if end - start > 6000:
        return "".join(
            f"<p>… {_escape(text[part.start : part.end])} …</p>" for part in judgement.parts
        )
    chunks: list[str] = [_escape(text[max(0, start - 80) : start])]
    position = start
    for elision in sorted(judgement.elisions, key=lambda elision: elision.start):
        if position <= elision.start and elision.end <= end:
            chunks.append(_escape(text[position : elision.start]))
            chunks.append(
                f"<span class='hidden'>{_escape(text[elision.start : elision.end])}</span>"
            )
            position = elision.end
    chunks += (_escape(text[position:end]), _escape(text[end : end + 80]))
    return f"<details><summary>In the statement</summary><p>… {''.join(chunks)} …</p></details>"


def _citation(checked: CheckedQuotation, catalogue: Connection, settings: Settings) -> str:
    match, version = checked.resolution.match, checked.version
    if match is None or version is None or not match.judgement.parts:
        return ""
    part = match.judgement.parts[0]
    passage = None
    if match.document.layer == "statement":
        passage = make_passage(version.id, version.reading.text, part.start, part.end)
    cite = STYLES.load(settings.style)
    return cite(
        citation_data(catalogue, CitedPassage(version, passage), settings.memento_base)
    ).strip()


def _search_scope_table(scope: SearchScope) -> str:
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{_escape(cell)}</td>"
            for cell in (
                source.source,
                ", ".join(source.issuers[:5]),
                str(source.versions),
                issue_dates(source),
                f"{source.last_good:%Y-%m-%d %H:%M}Z" if source.last_good else "never",
                "; ".join(f"{start} – {end}" for start, end in scope.first_gaps(source)),
            )
        )
        + "</tr>"
        for source in scope.sources[:200]
    )
    headings = "".join(
        f"<th>{heading}</th>"
        for heading in ("source", "issuers", "versions", "issued", "last good capture", "gaps")
    )
    return (
        f"<h2>What was searched: {scope.documents} texts</h2>"
        f"<table><tr>{headings}</tr>{rows}</table>"
    )
