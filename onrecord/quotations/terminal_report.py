"""Print checked quotations to a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from archive.text.passage import text_around
from index.quotes.compare.classify_edits import Elision
from index.quotes.compare.decide_verdict import Judgement, Verdict
from onrecord.print_output import clean
from onrecord.quotations.check_text import CheckedQuotation, SearchScope, issue_dates

VERDICT_COLOURS = {
    Verdict.VERBATIM: "green",
    Verdict.ELIDED: "cyan",
    Verdict.SPLICED: "yellow",
    Verdict.ALTERED: "magenta",
    Verdict.TRANSLATED: "blue",
    Verdict.NOT_FOUND: "red",
}
VERDICT_MEANINGS = {
    Verdict.VERBATIM: "the same words in the same order",
    Verdict.ELIDED: "words left out or replaced, and marked",
    Verdict.SPLICED: "whole sentences skipped, or the order reversed",
    Verdict.ALTERED: "words changed, added or dropped without a mark",
    Verdict.TRANSLATED: "perhaps the same in another language: offered, not asserted",
    Verdict.NOT_FOUND: "nothing in this archive has it",
}
_CONTEXT_CHARS = 40


def print_quotation(console: Console, checked: CheckedQuotation) -> None:
    """Print one quotation: verdict, edits, matched statement, omissions, flags."""
    verdict = checked.resolution.verdict
    console.print(
        Text.assemble(
            (verdict.value.upper(), f"bold {VERDICT_COLOURS[verdict]}"),
            "  ",
            VERDICT_MEANINGS[verdict],
        )
    )
    match = checked.resolution.match
    console.print(format_edits(checked.resolution.quote, match.judgement if match else None))
    if checked.quotation and checked.quotation.attributed_to:
        console.print(Text(f"  credited to: {clean(checked.quotation.attributed_to)}", style="dim"))
    if match is not None:
        document = match.document
        line = Text("  from: ")
        line.append(clean(f"{checked.shown_date(document)}  {document.issuer}: {document.title}"))
        console.print(line)
        spans = ", ".join(f"{part.start}–{part.end}" for part in match.judgement.parts[:6])
        console.print(Text(f"        {document.version}  characters {spans}", style="dim"))
        console.print(Text(f"        cite it: onrecord cite {document.statement}", style="dim"))
        for elision in match.judgement.elisions:
            console.print(format_omission(elision, document.text))
    for flag in checked.flags:
        console.print(Text.assemble("  ", (f"[{flag.kind}] ", "bold"), clean(flag.detail)))
    _print_other_matches(console, checked)
    console.print()


def _print_other_matches(console: Console, checked: CheckedQuotation) -> None:
    others = checked.resolution.other_matches
    for other in others[:5]:
        line = f"  also: {checked.shown_date(other.document)}  {other.document.statement}"
        console.print(Text(clean(line), style="dim"))
    if len(others) > 5:
        console.print(Text(f"  and in {len(others) - 5} more", style="dim"))
    nearest = checked.resolution.nearest
    if nearest is not None and nearest.judgement.parts:
        document = nearest.document
        share = f"{nearest.judgement.score:.0%} of its words"
        statement = f"{checked.shown_date(document)}  {document.statement} ({share})"
        line = f"  nearest, offered and not asserted: {statement}"
        console.print(Text(clean(line), style="dim"))


def format_edits(quote: str, judgement: Judgement | None) -> Text:
    """Return a quotation with its edits shown as a word diff."""
    text = Text("  “")
    position = 0
    for edit in sorted(judgement.edits if judgement else (), key=lambda edit: edit.quote_start):
        text.append(clean(quote[position : edit.quote_start]))
        if edit.before:
            text.append(f"[-{clean(edit.before)}-]", style="red strike")
        if edit.after:
            text.append(f"{{+{clean(edit.after)}+}}", style="green")
        else:
            text.append(" ")
        position = max(position, edit.quote_end)
    text.append(clean(quote[position:]) + "”")
    return text


def format_omission(elision: Elision, text: str) -> Text:
    """Return the words that an elision leaves out, in context."""
    around = text_around(text, elision.start, elision.end, _CONTEXT_CHARS)
    before, after = (" ".join(part.split()) for part in around)
    count = "1 word" if elision.words == 1 else f"{elision.words} words"
    line = Text(f"  left out ({count}): … {clean(before)} ", style="dim")
    line.append(clean(" ".join(elision.text.split())) or "(nothing)", style="not dim underline")
    line.append(f" {clean(after)} …")
    if elision.instead:
        line.append(f"  for which: {clean(elision.instead)}")
    return line


def print_summary(console: Console, quotations: Sequence[CheckedQuotation]) -> None:
    counts = {
        verdict: sum(1 for checked in quotations if checked.resolution.verdict is verdict)
        for verdict in Verdict
    }
    summary = ", ".join(f"{count} {verdict.value}" for verdict, count in counts.items() if count)
    console.print(Text(f"{len(quotations)} quotations: {summary}"))


def print_search_scope(console: Console, scope: SearchScope) -> None:
    """Print what was searched, for quotations that were not found."""
    console.print(Text(f"Searched: {scope.documents} texts", style="bold"))
    for source in scope.sources[:30]:
        issuers = ", ".join(source.issuers[:3]) + (" …" if len(source.issuers) > 3 else "")
        last_good = f"{source.last_good:%Y-%m-%d %H:%M}Z" if source.last_good else "none"
        details = (
            f"{source.versions} versions, {issue_dates(source)}; last good capture {last_good}"
        )
        line = f"  {source.source}: {issuers}; {details}"
        console.print(Text(clean(line)))
        for start, end in scope.first_gaps(source):
            console.print(Text(f"    nothing between {start} and {end}", style="dim"))
    if len(scope.sources) > 30:
        console.print(Text(f"  and {len(scope.sources) - 30} more sources: onrecord status"))
