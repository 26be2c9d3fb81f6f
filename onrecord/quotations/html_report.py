"""One self-contained page: the article, each quotation underlined by verdict, its source beside it.

Nothing on it runs or is fetched: no scripts, and a policy that forbids what a mistake let through.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from sqlalchemy import Connection

from archive.citations import STYLES
from archive.errors import StorageError
from archive.text.passage import make_passage
from index.quotes.article.article_text import Article
from index.quotes.compare.verdicts import Judgement, Verdict
from onrecord.output import clean
from onrecord.quotations.check import CheckedQuotation, SearchScope
from onrecord.quotations.terminal_report import ABOUT
from onrecord.settings import Settings
from onrecord.statements.cite import CitedPassage, citation_data

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
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write(
    path: Path,
    article: Article | None,
    every: Sequence[CheckedQuotation],
    searched: SearchScope,
    catalogue: Connection,
    settings: Settings,
) -> None:
    """Write the report to `path`; StorageError where that cannot be done."""
    cards = "\n".join(
        _card(number, checked, _citation(checked, catalogue, settings))
        for number, checked in enumerate(every, 1)
    )
    title = article.title if article and article.title else "Quotations, checked"
    body = f"<div class='article'>{_marked(article, every)}</div>" if article else ""
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>{_text(title)}</title>
<style>{_STYLE}</style></head><body>
<h1>{_text(title)}</h1>{_counts(every)}
<div class="{"both" if article else "one"}">{body}<div>{cards}</div></div>
{_searched(searched)}
</body></html>
"""
    try:
        path.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def _text(text: str) -> str:
    return escape(clean(text), quote=True)


def _counts(every: Sequence[CheckedQuotation]) -> str:
    counted = [
        (verdict, sum(1 for each in every if each.answer.verdict is verdict)) for verdict in Verdict
    ]
    told = ", ".join(f"{count} {verdict.value}" for verdict, count in counted if count)
    return f"<p>{len(every)} quotations: {told or 'none'}.</p>"


def _marked(article: Article, every: Sequence[CheckedQuotation]) -> str:
    """Return the article's text, each quotation a link to its card."""
    parts: list[str] = []
    at = 0
    for number, checked in enumerate(every, 1):
        found = checked.quotation
        if found is None or found.start < at:
            continue
        verdict = checked.answer.verdict.value
        parts.append(_text(article.text[at : found.start]))
        inside = _text(article.text[found.start : found.end])
        parts.append(f'<a id="q{number}" class="{verdict}" href="#s{number}">{inside}</a>')
        at = found.end
    parts.append(_text(article.text[at:]))
    return "".join(parts)


def _card(number: int, checked: CheckedQuotation, citation: str) -> str:
    answer, match = checked.answer, checked.answer.match
    verdict = answer.verdict
    lines = [
        f'<h3><a href="#q{number}">{number}</a>. {verdict.value}'
        f" <span class='quiet'>{ABOUT[verdict]}</span></h3>",
        f"<p>“{_edited(answer.quote, match.judged if match else None)}”</p>",
    ]
    if checked.quotation and checked.quotation.credited:
        lines.append(f"<p class='quiet'>credited to: {_text(checked.quotation.credited)}</p>")
    if match is not None:
        document = match.document
        head = f"{document.issued or 'no date'}, {document.issuer}: {document.title}"
        lines.append(f"<p><b>{_text(head)}</b></p>{_in_source(document.text, match.judged)}")
    for flag in checked.flags:
        lines.append(f"<p><b>{_text(flag.kind)}</b>: {_text(flag.detail)}</p>")
    if answer.also:
        some = "; ".join(
            _text(f"{each.document.issued} {each.document.statement}") for each in answer.also[:8]
        )
        lines.append(f"<p class='quiet'>in {len(answer.also)} other statements too: {some}</p>")
    if citation:
        lines.append(f"<details><summary>Cite it</summary><p>{_text(citation)}</p></details>")
    return f'<section class="card {verdict.value}" id="s{number}">{"".join(lines)}</section>'


def _edited(quote: str, judged: Judgement | None) -> str:
    shown: list[str] = []
    at = 0
    for edit in sorted(judged.edits if judged else (), key=lambda each: each.quote_start):
        shown.append(_text(quote[at : edit.quote_start]))
        if edit.before:
            shown.append(f"<del>{_text(edit.before)}</del> ")
        if edit.after:
            shown.append(f"<ins>{_text(edit.after)}</ins>")
        at = max(at, edit.quote_end)
    shown.append(_text(quote[at:]))
    return "".join(shown)


def _in_source(text: str, judged: Judgement) -> str:
    """Return the source's own words, those left out shaded."""
    if not judged.parts:
        return ""
    start, end = min(p.start for p in judged.parts), max(p.end for p in judged.parts)
    if end - start > 6000:
        return "".join(f"<p>… {_text(text[p.start : p.end])} …</p>" for p in judged.parts)
    shown: list[str] = [_text(text[max(0, start - 80) : start])]
    at = start
    for each in sorted(judged.elisions, key=lambda each: each.start):
        if at <= each.start and each.end <= end:
            shown.append(_text(text[at : each.start]))
            shown.append(f"<span class='hidden'>{_text(text[each.start : each.end])}</span>")
            at = each.end
    shown += (_text(text[at:end]), _text(text[end : end + 80]))
    return f"<details><summary>In the statement</summary><p>… {''.join(shown)} …</p></details>"


def _citation(checked: CheckedQuotation, catalogue: Connection, settings: Settings) -> str:
    match, version = checked.answer.match, checked.version
    if match is None or version is None or not match.judged.parts:
        return ""
    part = match.judged.parts[0]
    said = None
    if match.document.layer == "statement":
        said = make_passage(version.id, version.reading.text, part.start, part.end)
    cite = STYLES.load(settings.style)
    return cite(
        citation_data(catalogue, CitedPassage(version, said), settings.memento_base)
    ).strip()


def _searched(searched: SearchScope) -> str:
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{_text(cell)}</td>"
            for cell in (
                source.source,
                ", ".join(source.issuers[:5]),
                str(source.versions),
                f"{source.first_issued or '?'} – {source.last_issued or '?'}",
                f"{source.last_good:%Y-%m-%d %H:%M}Z" if source.last_good else "never",
                "; ".join(
                    f"{one} – {two}" for one, two in searched.gaps.get(source.source, [])[:3]
                ),
            )
        )
        + "</tr>"
        for source in searched.sources[:200]
    )
    heads = "".join(
        f"<th>{head}</th>"
        for head in ("source", "issuers", "versions", "issued", "last good capture", "gaps")
    )
    return (
        f"<h2>What was searched: {searched.documents} texts</h2>"
        f"<table><tr>{heads}</tr>{rows}</table>"
    )


def _gaps(searched: SearchScope, source: str) -> str:
    return "; ".join(f"{one} – {two}" for one, two in searched.gaps.get(source, [])[:3])
