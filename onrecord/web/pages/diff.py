"""The page that shows the changes between two versions of a statement, word by word."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from archive.catalogue import rereading_table, version_queries
from archive.text.diff import diff_texts
from onrecord.statements.choose_versions import (
    comparable_text,
    describe_unjudged,
    find_version_index,
)
from onrecord.web.highlight import mark_edits
from onrecord.web.render import archive_of, render

router = APIRouter(include_in_schema=False)
VersionName = Annotated[str, Query(max_length=200)]


@router.get("/statement/{name}/diff")
def diff(request: Request, name: str, a: VersionName = "", b: VersionName = "") -> HTMLResponse:
    with archive_of(request).catalogue() as connection:
        statement = name.partition("@")[0]
        versions = version_queries.versions(connection, statement)
        a, b = (rereading_table.current_name(connection, statement, part) for part in (a, b))
    last = len(versions) - 1
    from_index = find_version_index(versions, a) if a else max(0, last - 1)
    to_index = find_version_index(versions, b) if b else min(from_index + 1, last)
    before, after = versions[from_index], versions[to_index]
    text_after = comparable_text(after)
    edits = diff_texts(comparable_text(before), text_after, after.reading.lang)
    lines = mark_edits(text_after, edits)
    return render(
        request,
        "diff.html",
        versions=versions,
        from_index=from_index,
        to_index=to_index,
        before=before,
        after=after,
        edits=edits,
        title=lines[0],
        lines=lines[1:],
        unjudged=describe_unjudged(after),
        kind_counts=Counter(sort.value for edit in edits for sort in edit.kinds).most_common(),
    )
