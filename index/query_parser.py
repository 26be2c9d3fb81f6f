"""Parse the query language into a query tree. docs/query-language.md describes it for users.

Quotation marks mean verbatim: the words between them are compared as `index.text_to_words`
normalises them, none dropped, none stemmed. Words outside are stemmed.
"""

import re
from collections.abc import Sequence
from datetime import date

from archive.errors import QueryError
from archive.text.number_format import POINT
from index.queries.phrase_readings import by_decimal_mark, in_title, read_phrase
from index.queries.quoted_text import find_quoted, opens_quotation
from index.queries.word_kinds import (
    FIELDS,
    find_lone_sign,
    find_question_mark,
    foreign_operator,
    is_address,
    is_field,
    is_range,
    is_symbol,
    read_chunk,
    suggest_field,
)
from index.query_tree import (
    And,
    Dates,
    Field,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Run,
    Stem,
    flatten,
    has_day,
)
from index.text_to_words import words_of

_MAX_QUERY_CHARACTERS = 10_000
_MAX_DEPTH = 50
_MAX_SLOP = 50
_ELLIPSIS = re.compile(r"[\[(<]\s*(?:…|\.(?:\s*\.){2,})\s*[\])>]|…|\.(?:\s*\.){2,}")
_SLOP_SUFFIX = re.compile(r"~(\d*)(u?)(?=[\s()]|$)")
_SPACE = re.compile(r"\s*")
_FIELD_NAME = re.compile(r"([^\W\d]\w*)[:：](?!//)")
# A statement's id: its source and a slug with a digit, perhaps with a version.
_STATEMENT_ID = re.compile(r"[A-Za-z]\w*:([A-Za-z0-9._/-]*\d[A-Za-z0-9._/-]*)(?:@[0-9a-f]+)?")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def literal_query(text: str) -> Query:
    """Return the query for the exact phrase `text`: nothing in it is an operator.

    Raises:
        QueryError: there is no word in it.

    """
    if not words_of(text):
        raise QueryError("expected a word, found none", text, 0)

    def read(decimal: str) -> Phrase:
        return Phrase((Run(tuple(words_of(text, decimal))),))

    return Query(text, by_decimal_mark(text, read))


def parse(text: str) -> Query:
    """Parse a query. Whether the archive has what it names is for `index.queries.check_names`.

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


def _format_day(day: int) -> str:
    return f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}"


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
        chunk = read_chunk(self.text, self.offset)
        return chunk if chunk in ("AND", "OR", "NOT") else ""

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
        self._check_dates(parts)
        return And(tuple(parts)) if len(parts) > 1 else (parts[0] if parts else None)

    def _check_dates(self, parts: Sequence[Node]) -> None:
        """Raise QueryError where no day is both after and before the dates that `parts` require."""
        dates = [part for part in flatten(parts) if isinstance(part, Dates)]
        if dates and not has_day(dates):
            after, before = max(d.after for d in dates), min(d.before for d in dates)
            raise self.error(
                f"no day is on or after {_format_day(after)} and before {_format_day(before)}",
                max(part.offset for part in dates),
            )

    def _parse_operand(self) -> Node | None:
        """Parse one operand; None for punctuation, which is ignored."""
        char, offset = self.text[self.offset], self.offset
        if char == "(":
            return self._parse_group()
        if find_quoted(self.text, offset) or opens_quotation(self.text, offset):
            return self._parse_quoted_operand()
        if self._peek_keyword() == "NOT":
            self._skip(3)
            if self._is_at_operand_end() or self._peek_keyword() == "NOT":
                raise self.error("NOT needs an operand", offset)
            return Not(self._require("NOT", offset, self._parse_operand()))
        chunk = read_chunk(self.text, self.offset)
        if not chunk:
            raise self.error("unexpected character", offset)
        if is_range(self.text, offset):
            raise self.error("[… TO …] is no range: write after: and before: with days", offset)
        name = _FIELD_NAME.match(chunk)
        if name and is_field(name.group(1), name.group()[-1]):
            statement = _STATEMENT_ID.fullmatch(chunk)
            field_name = name.group(1).lower()
            if statement and field_name not in FIELDS and not suggest_field(field_name):
                self._skip(len(chunk))
                source = Field("source", name.group(1), offset)
                return And((source, Field("symbol", statement.group(1), offset)))
            return self._parse_field(name.group(1), name.end())
        after_chunk = self.text[offset + len(chunk) :].lstrip()
        if chunk.lower() in FIELDS and after_chunk[:1] in (":", "："):
            raise self.error(f"{chunk}: needs its colon and a value directly after it", offset)
        self._skip(len(chunk))
        return self._parse_word(chunk, offset)

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
        quoted = find_quoted(self.text, self.offset)
        if quoted is None:
            raise self.error("this quotation mark is not closed", self.offset)
        self.offset = quoted.after
        return self.text[quoted.start : quoted.end], quoted.start

    def _parse_quoted_operand(self) -> Node:
        """Parse a phrase; one that is a symbol or an address names its statement too."""
        offset = self.offset
        phrase = self._parse_phrase()
        quoted = find_quoted(self.text, offset)
        name = self.text[quoted.start : quoted.end].strip() if quoted else ""
        has_slop = quoted is not None and self.text[quoted.after : quoted.after + 1] == "~"
        if has_slop or re.search(r"\s", name):
            return phrase
        if is_address(name):
            return Or((phrase, Field("url", name, offset)))
        if "/" in name and is_symbol(name) and re.search(r"[^\W\d]", name):
            return Or((phrase, Field("symbol", name, offset)))
        return phrase

    def _parse_phrase(self) -> Node:
        mark_offset = self.offset
        quoted, offset = self._parse_quoted()
        if (sign := find_lone_sign(quoted)) >= 0:
            problem = "is searched only beside a figure: write it there, or leave it out"
            raise self.error(f"{quoted[sign]} {problem}", offset + sign)
        runs = self._split_runs(quoted, offset)
        if not runs:
            raise self.error("no word between the quotation marks", mark_offset)
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

        def read(text: str, decimal: str) -> Phrase:
            return Phrase(tuple(self._split_runs(text, offset, decimal)), slop, unordered)

        return read_phrase(quoted, read)

    def _split_runs(self, quoted: str, offset: int, decimal: str = POINT) -> list[Run]:
        question_mark = find_question_mark(quoted)
        if question_mark >= 0:
            raise self.error(
                "? is not a wildcard: only * is, at a word's end", offset + question_mark
            )
        runs = []
        start = 0
        for gap in [*_ELLIPSIS.finditer(quoted), None]:
            part = quoted[start : gap.start() if gap else len(quoted)]
            stripped = part.rstrip()
            open_end = stripped.endswith("*") and stripped[-2:-1].isalnum()
            star = (stripped[:-1] if open_end else stripped).find("*")
            if star >= 0:
                is_word_end = star > 0 and stripped[star - 1].isalnum()
                raise self.error(
                    "* may only end the last word of a phrase"
                    if is_word_end
                    else "a lone * is not a word: … stands for any words between two parts",
                    offset + start + star,
                )
            words = tuple(words_of(part, decimal))
            if words:
                runs.append(Run(words, open_end))
            start = gap.end() if gap else start
        return runs

    def _parse_field(self, name: str, length: int) -> Node:
        offset, field_name = self.offset, name.lower()
        if field_name not in FIELDS:
            nearest = suggest_field(field_name)
            hint = f"the nearest is {nearest}; " if nearest else ""
            known = f"({hint}known: {', '.join(FIELDS)})"
            raise self.error(f"no such field: {name} {known}; quote it to search for it", offset)
        self.offset += length
        value_offset = self.offset
        is_quoted = self.offset < len(self.text) and (
            find_quoted(self.text, self.offset) or opens_quotation(self.text, self.offset)
        )
        if field_name == "title":
            return self._parse_title(offset, is_quoted=bool(is_quoted))
        if is_quoted:
            value, value_offset = self._parse_quoted()
        else:
            value = read_chunk(self.text, self.offset)
            self.offset += len(value)
        self._skip()
        if not value.strip():
            raise self.error(f"{name}: needs a value directly after it", offset)
        if field_name in ("after", "before"):
            return self._parse_date(field_name, value, value_offset)
        star = value.strip().find("*")
        if star >= 0 and not (
            field_name in ("symbol", "url") and star == len(value.strip()) - 1 and star
        ):
            problem = (
                "* may only end a symbol or an address"
                if field_name in ("symbol", "url")
                else (f"* is not allowed in {field_name}:")
            )
            raise self.error(problem, value_offset + value.find("*"))
        if field_name == "symbol" and not words_of(value):
            raise self.error("symbol: needs letters or digits", value_offset)
        return Field(field_name, value.strip(), offset)

    def _parse_title(self, offset: int, *, is_quoted: bool) -> Node:
        """Parse the word or phrase after `title:`, which began at `offset`."""
        if is_quoted:
            return in_title(self._parse_phrase())
        chunk = read_chunk(self.text, self.offset)
        chunk_offset = self.offset
        self._skip(len(chunk))
        part = self._parse_plain_word(chunk, chunk_offset) if chunk else None
        if part is None:
            raise self.error("title: needs a word or a phrase directly after it", offset)
        return in_title(part)

    def _parse_date(self, name: str, value: str, offset: int) -> Dates:
        match = _DATE.fullmatch(value)
        if match:
            year, month, day = (int(part or 1) for part in match.groups())
            try:
                day_date = date(year, month, day)
            except ValueError:
                raise self.error(f"no such day: {value}", offset) from None
            day_number = day_date.year * 10_000 + day_date.month * 100 + day_date.day
            if name == "after":
                return Dates(after=day_number, offset=offset)
            return Dates(before=day_number, offset=offset)
        raise self.error(f"{name}: needs a date: 2017, 2017-04 or 2017-04-01", offset)

    def _parse_word(self, chunk: str, offset: int) -> Node | None:
        """Parse a word, a symbol or an address; the latter two are searched as words too."""
        if is_address(chunk):
            words = tuple(words_of(chunk))
            address = Field("url", chunk.rstrip(".,;!?"), offset)
            return Or((Stem(words), address)) if words else address
        part = self._parse_plain_word(chunk, offset)
        if part is not None and "*" not in chunk and is_symbol(chunk.rstrip(".,;:!?")):
            return Or((part, Field("symbol", chunk.rstrip(".,;:!?"), offset)))
        return part

    def _parse_plain_word(self, chunk: str, offset: int) -> Node | None:
        if problem := foreign_operator(chunk):
            raise self.error(problem, offset)
        question_mark = find_question_mark(chunk)
        if question_mark >= 0:
            raise self.error(
                "? is not a wildcard: only * is, at a word's end", offset + question_mark
            )
        star = chunk.find("*")
        words = words_of(chunk)
        if star < 0:
            if not words:
                return None
            return by_decimal_mark(chunk, lambda decimal: Stem(tuple(words_of(chunk, decimal))))
        if star < len(chunk.rstrip(".,;:!?")) - 1 or not words or not chunk[star - 1].isalnum():
            raise self.error("* is allowed only at the end of a word: detain*", offset + star)
        if len(words) == 1:
            return Prefix(words[0])
        return Phrase((Run(tuple(words), open_end=True),))
