"""Checked quotations for people at a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from index.quotes.compare.classify_edits import Elision
from index.quotes.compare.verdicts import Judgement, Verdict
from onrecord.output import clean
from onrecord.quotations.check import CheckedQuotation, SearchScope

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


def print_quotation(out: Console, checked: CheckedQuotation) -> None:
    """Print one quotation: verdict, words with their changes, what is hidden, where it is from."""
    verdict = checked.answer.verdict
    out.print(
        Text.assemble(
            (verdict.value.upper(), f"bold {VERDICT_COLOURS[verdict]}"),
            "  ",
            VERDICT_MEANINGS[verdict],
        )
    )
    match = checked.answer.match
    out.print(format_edits(checked.answer.quote, match.judgement if match else None))
    if checked.quotation and checked.quotation.attributed_to:
        out.print(Text(f"  credited to: {clean(checked.quotation.attributed_to)}", style="dim"))
    if match is not None:
        document = match.document
        line = Text("  from: ")
        line.append(clean(f"{document.issued or 'no date'}  {document.issuer}: {document.title}"))
        out.print(line)
        place = ", ".join(f"{part.start}–{part.end}" for part in match.judgement.parts[:6])
        out.print(Text(f"        {document.version}  characters {place}", style="dim"))
        out.print(Text(f"        cite it: onrecord cite {document.statement}", style="dim"))
        for each in match.judgement.elisions:
            out.print(format_omission(each, document.text))
    for flag in checked.flags:
        out.print(Text.assemble("  ", (f"[{flag.kind}] ", "bold"), clean(flag.detail)))
    _print_other_matches(out, checked)
    out.print()


def _print_other_matches(out: Console, checked: CheckedQuotation) -> None:
    also = checked.answer.other_matches
    for other in also[:5]:
        document = other.document
        out.print(
            Text(
                clean(f"  also: {document.issued or 'no date'}  {document.statement}"), style="dim"
            )
        )
    if len(also) > 5:
        out.print(Text(f"  and in {len(also) - 5} more", style="dim"))
    near = checked.answer.nearest
    if near is not None and near.judgement.parts:
        document = near.document
        share = f"{near.judgement.score:.0%} of its words"
        where = f"{document.issued}  {document.statement} ({share})"
        line = f"  nearest, offered and not asserted: {where}"
        out.print(Text(clean(line), style="dim"))


def format_edits(quote: str, judged: Judgement | None) -> Text:
    """Return a quotation with its edits shown as a word diff."""
    shown = Text("  “")
    at = 0
    for edit in sorted(judged.edits if judged else (), key=lambda each: each.quote_start):
        shown.append(clean(quote[at : edit.quote_start]))
        if edit.before:
            shown.append(f"[-{clean(edit.before)}-]", style="red strike")
        if edit.after:
            shown.append(f"{{+{clean(edit.after)}+}}", style="green")
        else:
            shown.append(" ")
        at = max(at, edit.quote_end)
    shown.append(clean(quote[at:]) + "”")
    return shown


def format_omission(each: Elision, text: str) -> Text:
    """Return what an elision hides, in its context."""
    before = " ".join(text[max(0, each.start - _CONTEXT_CHARS) : each.start].split())
    after = " ".join(text[each.end : each.end + _CONTEXT_CHARS].split())
    count = "1 word" if each.words == 1 else f"{each.words} words"
    shown = Text(f"  left out ({count}): … {clean(before)} ", style="dim")
    shown.append(clean(" ".join(each.text.split())) or "(nothing)", style="not dim underline")
    shown.append(f" {clean(after)} …")
    if each.instead:
        shown.append(f"  for which: {clean(each.instead)}")
    return shown


def print_summary(out: Console, every: Sequence[CheckedQuotation]) -> None:
    counts = {verdict: sum(1 for c in every if c.answer.verdict is verdict) for verdict in Verdict}
    told = ", ".join(f"{count} {verdict.value}" for verdict, count in counts.items() if count)
    out.print(Text(f"{len(every)} quotations: {told}"))


def print_search_scope(out: Console, searched: SearchScope) -> None:
    """Print what was searched for what was not found."""
    out.print(Text(f"Searched: {searched.documents} texts", style="bold"))
    for source in searched.sources[:30]:
        issuers = ", ".join(source.issuers[:3]) + (" …" if len(source.issuers) > 3 else "")
        good = f"{source.last_good:%Y-%m-%d %H:%M}Z" if source.last_good else "none"
        dates = f"{source.first_issued or '?'} – {source.last_issued or '?'}"
        held = f"{source.versions} versions, {dates}; last good capture {good}"
        line = f"  {source.source}: {issuers}; {held}"
        out.print(Text(clean(line)))
        for start, end in searched.gaps.get(source.source, [])[:3]:
            out.print(Text(f"    nothing between {start} and {end}", style="dim"))
    if len(searched.sources) > 30:
        out.print(Text(f"  and {len(searched.sources) - 30} more sources: onrecord status"))
