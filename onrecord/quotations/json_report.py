"""A checked quotation as a JSON object: docs/json.md promises its keys."""

from typing import Any

from archive.json_objects import passage_json, utc
from archive.text.diff import classify_change
from archive.text.passage import cut_passage
from index.quotes.compare.classify_edits import Edit, Elision
from index.quotes.resolve import SourceMatch
from onrecord.quotations.check import CheckedQuotation, SearchScope

_MAX_OTHER_MATCHES = 20


def checked_json(checked: CheckedQuotation, coverage: dict[str, Any]) -> dict[str, Any]:
    """Return one quotation, its verdict and all that stands behind it.

    `coverage` is what was searched: `search_scope_json`, made once for many.
    """
    answer, match = checked.answer, checked.answer.match
    judged = match.judgement if match else None
    shown: dict[str, Any] = {
        "quote": answer.quote,
        "verdict": answer.verdict.value,
        "statement": match.document.statement if match else None,
        "version": match.document.version if match else None,
        "score": judged.score if judged else 0.0,
        "edits": [[edit.before, edit.after] for edit in judged.edits] if judged else [],
        "omitted": [each.text for each in judged.elisions if each.text] if judged else [],
        "segments": _segment_texts(checked),
        "spelling_only": bool(
            judged and judged.edits and all(edit.spelling for edit in judged.edits)
        ),
        "reversed": bool(judged and judged.reversed),
        "flags": [{"flag": flag.kind, "detail": flag.detail} for flag in checked.flags],
        "changes": [_change_json(edit) for edit in judged.edits] if judged else [],
        "elisions": [_elision_json(each) for each in judged.elisions] if judged else [],
        "passages": _passages_json(match) if match else [],
        "also": [_match_json(each) for each in answer.other_matches[:_MAX_OTHER_MATCHES]],
        "also_count": len(answer.other_matches),
        "nearest": _nearest_json(checked),
        "coverage": {} if match else coverage,
    }
    return shown | _position_json(checked) | _version_json(checked)


def _segment_texts(checked: CheckedQuotation) -> list[str]:
    match = checked.answer.match
    quote = checked.answer.quote
    return [quote[p.quote_start : p.quote_end] for p in match.judgement.parts] if match else []


def _change_json(edit: Edit) -> dict[str, Any]:
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


def _elision_json(each: Elision) -> dict[str, Any]:
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


def _passages_json(match: SourceMatch) -> list[dict[str, Any]]:
    document = match.document
    return [
        passage_json(cut_passage(document.version, document.text, part.start, part.end))
        | {"quote_start": part.quote_start, "quote_end": part.quote_end}
        for part in match.judgement.parts
    ]


def _match_json(match: SourceMatch) -> dict[str, Any]:
    document = match.document
    return {
        "statement": document.statement,
        "version": document.version,
        "verdict": match.judgement.verdict.value,
        "issued": document.issued,
        "issuer": document.issuer,
        "title": document.title,
    }


def _nearest_json(checked: CheckedQuotation) -> dict[str, Any] | None:
    near = checked.answer.nearest
    if near is None or not near.judgement.parts:
        return None
    return _match_json(near) | {
        "verdict": checked.answer.verdict.value,
        "score": near.judgement.score,
        "passages": _passages_json(near),
    }


def _position_json(checked: CheckedQuotation) -> dict[str, Any]:
    found = checked.quotation
    if found is None:
        return {}
    return {
        "start": found.start,
        "end": found.end,
        "credited": found.attributed_to,
        "way": found.found_by,
    }


def _version_json(checked: CheckedQuotation) -> dict[str, Any]:
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
                "last_good": utc(source.last_good) if source.last_good else "",
                "gaps": searched.gaps.get(source.source, []),
            }
            for source in held
        ],
    }
