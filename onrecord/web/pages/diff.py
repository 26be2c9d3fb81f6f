"""How a statement changed, word by word, between any two of its versions."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from archive.catalogue import version_queries
from archive.text.diff import diff_texts
from onrecord.statements.compare import comparable_text, find_version_index
from onrecord.web.highlight import mark_edits
from onrecord.web.render import archive_of, render

router = APIRouter(include_in_schema=False)
Which = Annotated[str, Query(max_length=200)]


@router.get("/statement/{name}/diff")
def diff(request: Request, name: str, a: Which = "", b: Which = "") -> HTMLResponse:
    with archive_of(request).catalogue() as connection:
        versions = version_queries.versions(connection, name.partition("@")[0])
    last = len(versions) - 1
    one = find_version_index(versions, a) if a else max(0, last - 1)
    two = find_version_index(versions, b) if b else min(one + 1, last)
    before, after = versions[one], versions[two]
    words = comparable_text(after)
    edits = diff_texts(comparable_text(before), words)
    lines = mark_edits(words, edits)
    return render(
        request,
        "diff.html",
        versions=versions,
        one=one,
        two=two,
        before=before,
        after=after,
        edits=edits,
        title=lines[0],
        lines=lines[1:],
        sorts=Counter(sort.value for edit in edits for sort in edit.kinds).most_common(),
    )
