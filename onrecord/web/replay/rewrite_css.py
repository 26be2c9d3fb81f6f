"""Rewrite the addresses in archived style sheets, which are parsed as CSS Syntax Level 3 has it.

tinycss2 takes linear time. An address may be written with escapes in it, in a function or as a
string: all forms that CSS has for what a browser would load are rewritten.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import tinycss2
from tinycss2.ast import AtKeywordToken, FunctionBlock, LiteralToken, StringToken, URLToken
from tinycss2.serializer import serialize_string_value

from archive.errors import LimitError

MAX_CHARACTERS = 1_000_000  # of a style sheet; a parser in Python takes a second for it
_MAX_BLOCKS = 100_000  # and functions; the parser takes five times as long for one as for a letter
_MAX_DEPTH = 100  # of blocks and functions; the library's serializer recurses
_MAX_ADDRESSES = 10_000
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{1000}")  # Python converts none of above 4,300 digits
_DATA_ADDRESS = re.compile(r"data:(?:image/(?:png|gif|jpeg|webp)|font/)", re.IGNORECASE)
_ADDRESS_FUNCTIONS = frozenset(
    {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"}
)

ToReplayPath = Callable[[str, str], str]  # an address, and "im_" or "cs_": what it is for


def is_inert_data(address: str) -> bool:
    """Say whether `address` has an image or a font in itself."""
    return bool(_DATA_ADDRESS.match(address))


def rewrite_css(text: str, to_replay_path: ToReplayPath) -> str:
    """Return a style sheet with its addresses replaced.

    Data of images and fonts stays. LimitError where the sheet is too large or nested too deep.
    """
    if len(text) > MAX_CHARACTERS:
        raise LimitError(expected=f"a style sheet of at most {MAX_CHARACTERS} characters",
                         found=str(len(text)))  # fmt: skip
    if (blocks := sum(map(text.count, "([{"))) > _MAX_BLOCKS:
        raise LimitError(expected=f"at most {_MAX_BLOCKS} blocks", found=str(blocks))
    if _LONG_NUMBER.search(text):
        raise LimitError(expected="numbers of at most 1000 digits", found="more")
    tokens: list[Any] = tinycss2.parse_component_value_list(text)
    for count, (siblings, index, modifier) in enumerate(_find_addresses(tokens)):
        if count >= _MAX_ADDRESSES:
            raise LimitError(expected=f"at most {_MAX_ADDRESSES} addresses", found="more")
        token = siblings[index]
        value = token.value if is_inert_data(token.value) else to_replay_path(token.value, modifier)
        string = f'"{serialize_string_value(value)}"'
        if isinstance(token, URLToken):
            new = URLToken(token.source_line, token.source_column, value, f"url({string})")
        else:
            new = StringToken(token.source_line, token.source_column, value, string)
        siblings[index] = new
    serialized: str = tinycss2.serialize(tokens)
    return serialized


def _find_addresses(tokens: list[Any]) -> Iterator[tuple[list[Any], int, str]]:
    """Yield where in which list of tokens an address is, and "cs_" for those of @import."""
    pending = [(tokens, False, "im_", 0)]
    while pending:
        siblings, has_addresses, modifier, depth = pending.pop()
        if depth > _MAX_DEPTH:
            raise LimitError(expected=f"at most {_MAX_DEPTH} nested blocks", found="more")
        is_import = False
        for index, token in enumerate(siblings):
            if isinstance(token, AtKeywordToken):
                is_import = token.lower_value == "import"
            elif isinstance(token, LiteralToken) and token.value == ";":
                is_import = False
            elif isinstance(token, URLToken) or (
                isinstance(token, StringToken) and (has_addresses or is_import)
            ):
                yield siblings, index, "cs_" if is_import else modifier
                is_import = False
            elif isinstance(token, FunctionBlock):
                is_source = token.lower_name in _ADDRESS_FUNCTIONS
                kind = "cs_" if is_import and is_source else "im_"
                pending.append((token.arguments, is_source, kind, depth + 1))
                is_import = is_import and not is_source
            elif (content := getattr(token, "content", None)) is not None:
                pending.append((content, False, "im_", depth + 1))
                is_import = False
