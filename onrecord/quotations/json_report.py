"""A checked quotation as a JSON object: docs/json.md promises its keys."""

from typing import Any

from archive.json_objects import format_utc, passage_json
from archive.text.diff import classify_change
from archive.text.passage import make_passage
from index.quotes.compare.classify_edits import Edit, Elision
from index.quotes.resolve import SourceMatch
from onrecord.quotations.check import CheckedQuotation, SearchScope

_ALSO = 20


def checked_json(checked: CheckedQuotation, coverage: dict[str, Any]) -> dict[str, Any]:
    """Return one quotation, its verdict and all that stands behind it.

    `coverage` is what was searched: `search_scope_json`, made once for many.
    """
    answer, match = checked.answer, checked.answer.match
    judged = match.judged if match else None
    shown: dict[str, Any] = {
        "quote": answer.quote,
        "verdict": answer.verdict.value,
        "statement": match.document.statement if match else None,
        "version": match.document.version if match else None,
        "score": judged.score if judged else 0.0,
        "edits": [[edit.before, edit.after] for edit in judged.edits] if judged else [],
        "omitted": [each.text for each in judged.elisions if each.text] if judged else [],
        "segments": _segments(checked),
        "spelling_only": bool(
            judged and judged.edits and all(edit.spelling for edit in judged.edits)
        ),
        "reversed": bool(judged and judged.reversed),
        "flags": [{"flag": flag.kind, "detail": flag.detail} for flag in checked.flags],
        "changes": [_change(edit) for edit in judged.edits] if judged else [],
        "elisions": [_elision(each) for each in judged.elisions] if judged else [],
        "passages": _passages(match) if match else [],
        "also": [_other(each) for each in answer.also[:_ALSO]],
        "also_count": len(answer.also),
        "nearest": _nearest(checked),
        "coverage": {} if match else coverage,
    }
    return shown | _article(checked) | _source(checked)


def _segments(checked: CheckedQuotation) -> list[str]:
    match = checked.answer.match
    quote = checked.answer.quote
    return [quote[p.quote_start : p.quote_end] for p in match.judged.parts] if match else []


def _change(edit: Edit) -> dict[str, Any]:
    op = "replace" if edit.before and edit.after else "delete" if edit.before else "insert"
    return {
        "op": op,
        "before": edit.before,
        "after": edit.after,
        "before_start": edit.start,
        "before_end": edit.end,
        "after_start": edit.quote_start,
        "after_end": edit.quote_end,
        "sorts": [sort.value for sort in classify_change(edit.before, edit.after)],
        "spelling": edit.spelling,
    }


def _elision(each: Elision) -> dict[str, Any]:
    return {
        "text": each.text,
        "words": each.words,
        "sentences": each.sentences,
        "mark": each.mark.value if each.mark else None,
        "instead": each.instead,
        "start": each.start,
        "end": each.end,
        "quote_at": each.quote_at,
    }


def _passages(match: SourceMatch) -> list[dict[str, Any]]:
    document = match.document
    return [
        passage_json(make_passage(document.version, document.text, part.start, part.end))
        | {"quote_start": part.quote_start, "quote_end": part.quote_end}
        for part in match.judged.parts
    ]


def _other(match: SourceMatch) -> dict[str, Any]:
    document = match.document
    return {
        "statement": document.statement,
        "version": document.version,
        "verdict": match.judged.verdict.value,
        "issued": document.issued,
        "issuer": document.issuer,
        "title": document.title,
    }


def _nearest(checked: CheckedQuotation) -> dict[str, Any] | None:
    near = checked.answer.nearest
    if near is None or not near.judged.parts:
        return None
    return _other(near) | {
        "verdict": checked.answer.verdict.value,
        "score": near.judged.score,
        "passages": _passages(near),
    }


def _article(checked: CheckedQuotation) -> dict[str, Any]:
    found = checked.quotation
    if found is None:
        return {}
    return {"start": found.start, "end": found.end, "credited": found.credited, "way": found.way}


def _source(checked: CheckedQuotation) -> dict[str, Any]:
    version, match = checked.version, checked.answer.match
    if version is None or match is None:
        return {}
    reading = version.reading
    return {
        "layer": match.document.layer,
        "source": version.source,
        "issuer": reading.issuer,
        "title": reading.title,
        "issued": reading.issued.value if reading.issued else "",
        "url": reading.url,
        "lang": reading.lang,
        "capture": version.capture,
        "transcript": version.transcript,
        "translations": [{"lang": lang, "url": url} for lang, url in reading.translations],
    }


def search_scope_json(searched: SearchScope) -> dict[str, Any]:
    """Return what was searched: how much, whose, from when to when, how lately, with what gaps."""
    held = searched.sources
    issued = [each for source in held for each in (source.first_issued, source.last_issued) if each]
    return {
        "documents": searched.documents,
        "statements": sum(source.statements for source in held),
        "versions": sum(source.versions for source in held),
        "first_issued": min(issued, default=""),
        "last_issued": max(issued, default=""),
        "sources": [
            {
                "source": source.source,
                "issuers": list(source.issuers[:5]),
                "issuers_count": len(source.issuers),
                "statements": source.statements,
                "versions": source.versions,
                "transcripts": source.transcripts,
                "first_issued": source.first_issued,
                "last_issued": source.last_issued,
                "last_good": format_utc(source.last_good) if source.last_good else "",
                "gaps": searched.gaps.get(source.source, []),
            }
            for source in held
        ],
    }
