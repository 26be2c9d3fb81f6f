"""The problem of a date that is printed and means no single day."""

from collections.abc import Sequence

from archive.models import Problem, ProblemKind


def unclear_date(url: str, field: str, printed: str, alternatives: Sequence[str]) -> Problem:
    """Return the Problem of a date that is printed, but may mean several days or none of ours."""
    may_be = f", which may be {' or '.join(alternatives)}" if alternatives else ""
    return Problem(
        url=url,
        field=field,
        expected="one certain date",
        found=f"{printed[:80]!r}{may_be}",
        kind=ProblemKind.UNDATED,
    )
