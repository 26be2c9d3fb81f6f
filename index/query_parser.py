"""Parse the query language into a query tree. docs/query-language.md describes it for users.

Quotation marks mean verbatim: the words between them are compared as `index.text_to_words`
normalises them, none dropped, none stemmed. Words outside are stemmed.
"""

import re
from datetime import date

from archive.errors import QueryError
from index.query_tree import And, Dates, Field, Node, Not, Or, Phrase, Prefix, Query, Run, Stem
from index.text_to_words import words_of

_MAX_QUERY_CHARACTERS = 10_000
_MAX_DEPTH = 50
_MAX_SLOP = 50
_CLOSERS = {"“": "”", "„": "“”", "‟": "”", "«": "»", "»": "«", '"': '"', "”": "”", "＂": "＂"}
_FIELDS = ("source", "issuer", "lang", "kind", "after", "before")
_ELLIPSIS = re.compile(r"[\[(<]\s*(?:…|\.(?:\s*\.){2,})\s*[\])>]|…|\.(?:\s*\.){2,}")
_SLOP_SUFFIX = re.compile(r"~(\d*)(u?)(?=[\s()]|$)")
_SPACE = re.compile(r"\s*")
_CHUNK = re.compile(r"[^\s()\"“”„‟«»＂]+")
_FIELD_NAME = re.compile(r"([A-Za-z_]+):(?!//)")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def literal_query(text: str) -> Query:
    """Return the query for the exact phrase `text`: nothing in it is an operator.

    Raises:
        QueryError: there is no word in it.

    """
    words = tuple(words_of(text))
    if not words:
        raise QueryError("expected a word, found none", text, 0)
    return Query(text, Phrase((Run(words),)))


def parse(text: str) -> Query:
    """Parse a query.

    Raises:
        QueryError: it is not a valid query; has the problem and the offset.

    """
    parser = _Parser(text)
    if len(text) > _MAX_QUERY_CHARACTERS:
        raise QueryError(
            f"a query may have {_MAX_QUERY_CHARACTERS} characters",
            text[:_MAX_QUERY_CHARACTERS],
            _MAX_QUERY_CHARACTERS,
        )
    root = parser.parse_or()
    if parser.offset < len(text):
        raise parser.error("unmatched )", parser.offset)
    if root is None:
        raise parser.error("the query is empty", 0)
    return Query(text, root)


class _Parser:
    """A recursive-descent parser; `offset` is the offset of the next character to read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self._depth = 0
        self._skip()

    def error(self, problem: str, offset: int) -> QueryError:
        # On one line, whatever was typed, so that the caret is below the right character.
        return QueryError(problem, re.sub(r"\s", " ", self.text), offset)

    def _skip(self, length: int = 0) -> None:
        space = _SPACE.match(self.text, self.offset + length)
        self.offset = space.end() if space else self.offset + length

    def _peek_keyword(self) -> str:
        chunk = _CHUNK.match(self.text, self.offset)
        return chunk.group() if chunk and chunk.group() in ("AND", "OR", "NOT") else ""

    def _is_at_operand_end(self) -> bool:
        """Return whether no operand can begin here: at the end, a parenthesis, AND or OR."""
        return (
            self.offset >= len(self.text)
            or self.text[self.offset] == ")"
            or self._peek_keyword() in ("AND", "OR")
        )

    def _require(self, keyword: str, offset: int, node: Node | None) -> Node:
        if node is None:
            raise self.error(
                f"{keyword} needs {'an' if keyword == 'NOT' else 'a right'} operand", offset
            )
        return node

    def parse_or(self) -> Node | None:
        """Parse operands joined by OR."""
        first = self._parse_and()
        parts = [] if first is None else [first]
        while self._peek_keyword() == "OR":
            offset = self.offset
            if not parts:
                raise self.error("OR needs a left operand", offset)
            self._skip(2)
            parts.append(self._require("OR", offset, self._parse_and()))
        return Or(tuple(parts)) if len(parts) > 1 else first

    def _parse_and(self) -> Node | None:
        """Parse operands that must all match, joined by AND or by nothing."""
        parts: list[Node] = []
        while self.offset < len(self.text) and self.text[self.offset] != ")":
            keyword, offset = self._peek_keyword(), self.offset
            if keyword == "OR":
                break
            if keyword == "AND":
                if not parts:
                    raise self.error("AND needs a left operand", offset)
                self._skip(3)
                if self._is_at_operand_end():
                    raise self.error("AND needs a right operand", offset)
            part = self._parse_operand()
            if part is not None:
                parts.append(part)
        return And(tuple(parts)) if len(parts) > 1 else (parts[0] if parts else None)

    def _parse_operand(self) -> Node | None:
        """Parse one operand; None for punctuation, which is ignored."""
        char, offset = self.text[self.offset], self.offset
        if char == "(":
            return self._parse_group()
        if char in _CLOSERS:
            return self._parse_phrase()
        if self._peek_keyword() == "NOT":
            self._skip(3)
            if self._is_at_operand_end():
                raise self.error("NOT needs an operand", offset)
            return Not(self._require("NOT", offset, self._parse_operand()))
        chunk = _CHUNK.match(self.text, self.offset)
        if chunk is None:
            raise self.error("unexpected character", offset)
        name = _FIELD_NAME.match(chunk.group())
        if name:
            return self._parse_field(name.group(1), name.end())
        self._skip(len(chunk.group()))
        return self._parse_word(chunk.group(), offset)

    def _parse_group(self) -> Node:
        offset = self.offset
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self.error(f"parentheses nested more than {_MAX_DEPTH} deep", offset)
        self._skip(1)
        node = self.parse_or()
        if self.offset >= len(self.text):
            raise self.error("this parenthesis is not closed", offset)
        if node is None:
            raise self.error("nothing between the parentheses", offset)
        self._skip(1)
        self._depth -= 1
        return node

    def _parse_quoted(self) -> tuple[str, int]:
        """Parse a string in quotation marks; return its contents and their offset."""
        offset = self.offset
        closers = _CLOSERS[self.text[offset]]
        ends = [end for closer in closers if (end := self.text.find(closer, offset + 1)) >= 0]
        if not ends:
            ends = [end for closer in '"“”»«' if (end := self.text.find(closer, offset + 1)) >= 0]
        if not ends:
            raise self.error("this quotation mark is not closed", offset)
        self.offset = min(ends) + 1
        return self.text[offset + 1 : min(ends)], offset + 1

    def _parse_phrase(self) -> Phrase:
        quoted, offset = self._parse_quoted()
        runs = self._split_runs(quoted, offset)
        if not runs:
            raise self.error("no word between the quotation marks", offset - 1)
        slop, unordered = 0, False
        if self.text[self.offset : self.offset + 1] == "~":
            match = _SLOP_SUFFIX.match(self.text, self.offset)
            if not match or not match.group(1):
                raise self.error("~ needs a number: ~3, or ~3u for any order", self.offset)
            slop, unordered = int(match.group(1)), bool(match.group(2))
            if slop > _MAX_SLOP:
                raise self.error(f"at most ~{_MAX_SLOP}", self.offset)
            if len(runs) > 1:
                raise self.error("a phrase has either an ellipsis or a ~", self.offset)
            self.offset = match.end()
        self._skip()
        return Phrase(tuple(runs), slop, unordered)

    def _split_runs(self, quoted: str, offset: int) -> list[Run]:
        runs = []
        start = 0
        for gap in [*_ELLIPSIS.finditer(quoted), None]:
            part = quoted[start : gap.start() if gap else len(quoted)]
            stripped = part.rstrip()
            open_end = stripped.endswith("*") and stripped[-2:-1].isalnum()
            star = re.search(r"\w\*", stripped[:-1] if open_end else stripped)
            if star:
                star_offset = offset + start + star.start() + 1
                raise self.error("* may only end the last word of a phrase", star_offset)
            words = tuple(words_of(part))
            if words:
                runs.append(Run(words, open_end))
            start = gap.end() if gap else start
        return runs

    def _parse_field(self, name: str, length: int) -> Node:
        offset = self.offset
        if name.lower() not in _FIELDS:
            known_fields = ", ".join(_FIELDS)
            raise self.error(
                f"no such field: {name} (known: {known_fields}); quote it to search for it", offset
            )
        self.offset += length
        value_offset = self.offset
        if self.text[self.offset : self.offset + 1] in _CLOSERS and self.offset < len(self.text):
            value, value_offset = self._parse_quoted()
        else:
            chunk = _CHUNK.match(self.text, self.offset)
            value = chunk.group() if chunk else ""
            self.offset += len(value)
        self._skip()
        if not value.strip():
            raise self.error(f"{name}: needs a value directly after it", offset)
        if name.lower() in ("after", "before"):
            return self._parse_date(name.lower(), value, value_offset)
        return Field(name.lower(), value.strip())

    def _parse_date(self, name: str, value: str, offset: int) -> Dates:
        match = _DATE.fullmatch(value)
        if match:
            year, month, day = (int(part or 1) for part in match.groups())
            try:
                day_date = date(year, month, day)
            except ValueError:
                raise self.error(f"no such day: {value}", offset) from None
            day_number = day_date.year * 10_000 + day_date.month * 100 + day_date.day
            return Dates(after=day_number) if name == "after" else Dates(before=day_number)
        raise self.error(f"{name}: needs a date: 2017, 2017-04 or 2017-04-01", offset)

    def _parse_word(self, chunk: str, offset: int) -> Node | None:
        if chunk[0] == "-" and len(chunk) > 1 and chunk[1:2].isalnum():
            raise self.error("- is not an operator: write NOT", offset)
        star = chunk.find("*")
        words = words_of(chunk)
        if star < 0:
            return Stem(tuple(words)) if words else None
        if star < len(chunk.rstrip(".,;:!?")) - 1 or not words or not chunk[star - 1].isalnum():
            raise self.error("* is allowed only at the end of a word: detain*", offset + star)
        if len(words) == 1:
            return Prefix(words[0])
        return Phrase((Run(tuple(words), open_end=True),))
