"""What is held of a source as a JSON object: keys are promised in docs/json.md."""

from typing import Any

from archive.catalogue.coverage.by_source import SourceCoverage
from archive.json_objects import format_utc


def coverage_json(held: SourceCoverage) -> dict[str, Any]:
    return {
        "source": held.source,
        "statements": held.statements,
        "versions": held.versions,
        "transcripts": held.transcripts,
        "captures": held.captures,
        "outcomes": held.outcomes,
        "first_issued": held.first_issued,
        "last_issued": held.last_issued,
        "last_good": format_utc(held.last_good) if held.last_good else "",
        "issuers": list(held.issuers),
    }
