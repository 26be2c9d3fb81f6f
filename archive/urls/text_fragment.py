"""Links that scroll to a passage: URL text fragments (https://wicg.github.io/scroll-to-text-fragment/).

Measured in browsers: an exact match cannot cross the end of a block, a `start,end` range can; `-`,
`,` and `&` are syntax and must be encoded. A fragment has no effect inside a frame, so the link has
to open the archived page itself.
"""

import re
from urllib.parse import quote

_MAX_EXACT_CHARS = 120
_EDGE_WORDS = 6
_CONTEXT_WORDS = 5
_SPACES = re.compile(r"[^\S\n]+")


def text_fragment(text: str, start: int, end: int) -> str:
    """Return the fragment, with its `#`, for text[start:end]; "" if that is only white space.

    Offsets should fall on whole words: browsers match nothing else. A newline in `text` stands for
    the end of a block. Words before and after are added if the passage occurs more than once.
    """
    lines = [
        line for line in (_collapse_spaces(part) for part in text[start:end].split("\n")) if line
    ]
    if not lines:
        return ""
    if len(lines) == 1 and len(lines[0]) <= _MAX_EXACT_CHARS:
        head, directive = lines[0], _encode(lines[0])
    else:
        head, tail = _take_edges(lines)
        directive = f"{_encode(head)},{_encode(tail)}" if tail else _encode(head)
    if _collapse_spaces(text).count(head) > 1:
        directive = _add_context(directive, text[:start], text[end:])
    return f"#:~:text={directive}"


def _take_edges(lines: list[str]) -> tuple[str, str]:
    """Return the first and the last words, not overlapping; the last are "" for a single word."""
    first, last = lines[0].split(" "), lines[-1].split(" ")
    if len(lines) > 1:
        return " ".join(first[:_EDGE_WORDS]), " ".join(last[-_EDGE_WORDS:])
    count = max(1, min(_EDGE_WORDS, len(first) // 2))
    return " ".join(first[:count]), " ".join(first[count:][-_EDGE_WORDS:])


def _add_context(directive: str, before: str, after: str) -> str:
    prefix = " ".join(
        _collapse_spaces(before.rstrip(" ").rpartition("\n")[2]).split(" ")[-_CONTEXT_WORDS:]
    )
    suffix = " ".join(
        _collapse_spaces(after.lstrip(" ").partition("\n")[0]).split(" ")[:_CONTEXT_WORDS]
    )
    return (
        (f"{_encode(prefix)}-," if prefix else "")
        + directive
        + (f",-{_encode(suffix)}" if suffix else "")
    )


def _collapse_spaces(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _encode(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D")
