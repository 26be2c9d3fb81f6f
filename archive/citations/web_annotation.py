"""A W3C Web Annotation: the passage, its place, and the archived copy, for programs."""

from typing import Any

from archive.citation_data import CitationData
from archive.citations import _dates, _text, plain


def cite(cited: CitationData) -> str:
    """Return JSON-LD (https://www.w3.org/TR/annotation-model/), text exactly as it is."""
    target: dict[str, Any] = {"source": _text.encode_url(cited.url or cited.memento)}
    if not cited.transcript_of:
        target["state"] = {
            "type": "TimeState",
            "cached": _text.encode_url(cited.memento),
            "sourceDate": _dates.format_iso(cited.captured),
        }
    if cited.passage:
        place = cited.passage
        target["selector"] = [
            {
                "type": "TextQuoteSelector",
                "exact": place.exact,
                "prefix": place.prefix,
                "suffix": place.suffix,
            },
            {"type": "TextPositionSelector", "start": place.start, "end": place.end},
        ]
    return _text.json_text(
        {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "Annotation",
            "motivation": "highlighting" if cited.passage else "bookmarking",
            "body": {
                "type": "TextualBody",
                "purpose": "describing",
                "format": "text/plain",
                "value": plain.cite(cited),
            },
            "target": target,
        }
    )
