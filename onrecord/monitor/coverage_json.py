"""The coverage of a source as a JSON object; docs/json.md promises its keys."""

from typing import Any

from archive.catalogue.coverage.counts_by_source import SourceCoverage
from archive.json_objects import format_utc


def coverage_json(coverage: SourceCoverage) -> dict[str, Any]:
    return {
        "source": coverage.source,
        "statements": coverage.statements,
        "versions": coverage.versions,
        "transcripts": coverage.transcripts,
        "captures": coverage.captures,
        "outcomes": coverage.outcomes,
        "first_issued": coverage.first_issued,
        "last_issued": coverage.last_issued,
        "last_good": format_utc(coverage.last_good) if coverage.last_good else "",
        "issuers": list(coverage.issuers),
    }
