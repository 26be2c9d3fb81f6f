"""A W3C Web Annotation: the passage, its position and the archived copy, for programs."""

from typing import Any

from archive.citation_data import CitationData
from archive.citations import _dates, _text, plain


def cite(citation: CitationData) -> str:
    """Return JSON-LD (https://www.w3.org/TR/annotation-model/), with the text unchanged."""
    target: dict[str, Any] = {"source": _text.encode_url(citation.url or citation.memento)}
    if not citation.transcript_of:
        target["state"] = {
            "type": "TimeState",
            "cached": _text.encode_url(citation.memento),
            "sourceDate": _dates.format_iso(citation.captured),
        }
    if citation.passage:
        passage = citation.passage
        target["selector"] = [
            {
                "type": "TextQuoteSelector",
                "exact": passage.exact,
                "prefix": passage.prefix,
                "suffix": passage.suffix,
            },
            {"type": "TextPositionSelector", "start": passage.start, "end": passage.end},
        ]
    return _text.json_text(
        {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "Annotation",
            "motivation": "highlighting" if citation.passage else "bookmarking",
            "body": {
                "type": "TextualBody",
                "purpose": "describing",
                "format": "text/plain",
                "value": plain.cite(citation),
            },
            "target": target,
        }
    )
