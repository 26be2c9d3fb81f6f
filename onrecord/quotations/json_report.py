"""Convert checked quotations to JSON objects with the keys that docs/json.md promises."""

from typing import Any

from archive.json_objects import format_utc, passage_json
from archive.text.diff import ChangeKind, classify_spans
from archive.text.listed_words import judging_language
from archive.text.passage import make_passage
from index.quotes.compare.classify_edits import Edit, Elision
from index.quotes.compare.decide_verdict import Judgement
from index.quotes.resolve_quotation import SourceMatch
from onrecord.quotations.check_text import SHOWN_MATCHES, CheckedQuotation, SearchScope


def checked_json(checked: CheckedQuotation, coverage: dict[str, Any]) -> dict[str, Any]:
    """Return one quotation with its verdict and the evidence for it.

    `coverage` is the result of `search_scope_json`, computed once for all quotations.
    """
    resolution, match = checked.resolution, checked.resolution.match
    judgement = match.judgement if match else None
    fields: dict[str, Any] = {
        "quote": resolution.quote,
        "verdict": resolution.verdict.value,
        "statement": match.document.statement if match else None,
        "version": match.document.version if match else None,
        **judgement_json(judgement),
        "segments": _segment_texts(checked),
        "spelling_only": bool(
            judgement and judgement.edits and all(edit.spelling for edit in judgement.edits)
        ),
        "reversed": bool(judgement and judgement.reversed),
        "flags": [{"flag": flag.kind, "detail": flag.detail} for flag in checked.flags],
        "changes": _changes_json(checked),
        "elisions": [_elision_json(item) for item in judgement.elisions] if judgement else [],
        "passages": _passages_json(match) if match else [],
        "also": [_match_json(checked, item) for item in resolution.other_matches[:SHOWN_MATCHES]],
        "also_count": len(resolution.other_matches),
        "nearest": _nearest_json(checked),
        "coverage": {} if match else coverage,
    }
    return fields | _position_json(checked) | _version_json(checked)


def judgement_json(judgement: Judgement | None) -> dict[str, Any]:
    """Return how far a quotation's words are the source's: score, edits, words left out."""
    return {
        "score": judgement.score if judgement else 0.0,
        "edits": [[edit.before, edit.after] for edit in judgement.edits] if judgement else [],
        "omitted": [item.text for item in judgement.elisions if item.text] if judgement else [],
    }


def _segment_texts(checked: CheckedQuotation) -> list[str]:
    match = checked.resolution.match
    quote = checked.resolution.quote
    return (
        [quote[part.quote_start : part.quote_end] for part in match.judgement.parts]
        if match
        else []
    )


def _changes_json(checked: CheckedQuotation) -> list[dict[str, Any]]:
    match = checked.resolution.match
    if match is None:
        return []
    source, quote = match.document.text, checked.resolution.quote
    language = judging_language(match.document.lang, source)
    return [
        _change_json(
            edit,
            classify_spans(
                source,
                (edit.start, edit.end),
                quote,
                (edit.quote_start, edit.quote_end),
                language,
            ),
        )
        for edit in match.judgement.edits
    ]


def _change_json(edit: Edit, kinds: tuple[ChangeKind, ...]) -> dict[str, Any]:
    operation = "replace" if edit.before and edit.after else "delete" if edit.before else "insert"
    return {
        "op": operation,
        "before": edit.before,
        "after": edit.after,
        "before_start": edit.start,
        "before_end": edit.end,
        "after_start": edit.quote_start,
        "after_end": edit.quote_end,
        "sorts": [kind.value for kind in kinds],
        "spelling": edit.spelling,
    }


def _elision_json(elision: Elision) -> dict[str, Any]:
    return {
        "text": elision.text,
        "words": elision.words,
        "sentences": elision.sentences,
        "mark": elision.mark.value if elision.mark else None,
        "instead": elision.instead,
        "start": elision.start,
        "end": elision.end,
        "quote_at": elision.quote_at,
    }


def _passages_json(match: SourceMatch) -> list[dict[str, Any]]:
    document = match.document
    return [
        passage_json(make_passage(document.version, document.text, part.start, part.end))
        | {"quote_start": part.quote_start, "quote_end": part.quote_end}
        for part in match.judgement.parts
    ]


def _match_json(checked: CheckedQuotation, match: SourceMatch) -> dict[str, Any]:
    document = match.document
    return {
        "statement": document.statement,
        "version": document.version,
        "source": document.source,
        "url": document.url,
        "verdict": match.judgement.verdict.value,
        "issued": document.issued,
        "issued_guess": checked.is_guess(document),
        "issuer": document.issuer,
        "title": document.title,
    }


def _nearest_json(checked: CheckedQuotation) -> dict[str, Any] | None:
    nearest = checked.resolution.nearest
    if nearest is None or not nearest.judgement.parts:
        return None
    return _match_json(checked, nearest) | {
        "verdict": checked.resolution.verdict.value,
        "score": nearest.judgement.score,
        "passages": _passages_json(nearest),
    }


def _position_json(checked: CheckedQuotation) -> dict[str, Any]:
    quotation = checked.quotation
    if quotation is None:
        return {}
    return {
        "start": quotation.start,
        "end": quotation.end,
        "credited": quotation.attributed_to,
        "way": quotation.found_by,
    }


def _version_json(checked: CheckedQuotation) -> dict[str, Any]:
    version, match = checked.version, checked.resolution.match
    if version is None or match is None:
        return {}
    reading = version.reading
    return {
        "layer": match.document.layer,
        "source": version.source,
        "issuer": reading.issuer,
        "title": reading.title,
        "issued": reading.issued.value if reading.issued else "",
        "issued_guess": reading.issued.is_guess if reading.issued else False,
        "url": reading.url,
        "lang": reading.lang,
        "capture": version.capture,
        "transcript": version.transcript,
        "translations": [{"lang": lang, "url": url} for lang, url in reading.translations],
    }


def search_scope_json(scope: SearchScope) -> dict[str, Any]:
    """Return what was searched: counts, issuers, dates of issue, last good capture, gaps."""
    sources = scope.sources
    issued = [
        date for source in sources for date in (source.first_issued, source.last_issued) if date
    ]
    return {
        "documents": scope.documents,
        "statements": sum(source.statements for source in sources),
        "versions": sum(source.versions for source in sources),
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
                "gaps": scope.gaps.get(source.source, []),
            }
            for source in sources
        ],
    }
