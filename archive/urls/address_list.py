"""Read a list of web addresses, one a line, and check each before anything is requested."""

import re

from archive.errors import FormatError
from archive.urls.web_address import is_web_address, parse_address

_COMMENT = re.compile(r"(?:^|\s)#.*")
_MAX_NAMED = 20  # bad lines; the rest are counted


def read_address_list(content: bytes, name: str) -> list[str]:
    """Return the addresses in `content`, without fragments, each once; `name` is for messages.

    Blank lines are skipped, and what follows a # at a line's start or after a space. FormatError,
    which names every bad line, where one is no web address.
    """
    addresses: dict[str, None] = {}
    problems: list[str] = []
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            if line := _without_comment(raw):
                addresses[_address_of(line)] = None
        except FormatError as error:
            problems.append(f"{name}: line {number}: {error}")
    if len(problems) > _MAX_NAMED:
        problems[_MAX_NAMED:] = [f"and {len(problems) - _MAX_NAMED} more bad lines"]
    if problems:
        raise FormatError("\n".join(problems))
    return list(addresses)


def _without_comment(raw: bytes) -> str:
    try:
        return _COMMENT.sub("", raw.decode("utf-8")).strip()
    except UnicodeDecodeError as error:
        raise FormatError("", "text in UTF-8", repr(raw[:60])) from error


def _address_of(line: str) -> str:
    if any(is_web_address(word) for word in line.split()[1:]):
        raise FormatError("", "one address", repr(line[:200]))
    return parse_address(line).partition("#")[0]
