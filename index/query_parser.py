"""Parse the query language into a query tree. docs/query-language.md is the user's description.

Quotation marks mean verbatim: the words between them are compared as `index.normalise` normalises
them, nothing dropped, nothing stemmed. Words outside are stemmed.
"""

import re
from datetime import date

from archive.errors import QueryError
from index.normalise import words_of
from index.query_tree import And, Dates, Field, Node, Not, Or, Phrase, Prefix, Query, Run, Stem

_MOST = 10_000  # characters of a query
_DEEPEST = 50
_WIDEST = 50  # slop
_CLOSERS = {"“": "”", "„": "“”", "‟": "”", "«": "»", "»": "«", '"': '"', "”": "”", "＂": "＂"}
_FIELDS = ("source", "issuer", "lang", "kind", "after", "before")
_ELLIPSIS = re.compile(r"[\[(<]\s*(?:…|\.(?:\s*\.){2,})\s*[\])>]|…|\.(?:\s*\.){2,}")
_SLOP = re.compile(r"~(\d*)(u?)(?=[\s()]|$)")
_SPACE = re.compile(r"\s*")
_CHUNK = re.compile(r"[^\s()\"“”„‟«»＂]+")
_NAME = re.compile(r"([A-Za-z_]+):(?!//)")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def literal(text: str) -> Query:
    """Return the query for `text` word for word: nothing in it is an operator.

    Raises:
        QueryError: there is no word in it.

    """
    words = tuple(words_of(text))
    if not words:
        raise QueryError("expected a word, found none", text, 0)
    return Query(text, Phrase((Run(words),)))


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        QueryError: it cannot be read; says what is wrong and where.

    """
    reader = _Reader(text)
    if len(text) > _MOST:
        raise QueryError(f"a query may have {_MOST} characters", text[:_MOST], _MOST)
    root = reader.alternatives()
    if reader.at < len(text):
        raise reader.error("this closes nothing", reader.at)
    if root is None:
        raise reader.error("nothing to look for", 0)
    return Query(text, root)


class _Reader:
    """Reads a query from left to right; `at` is how far it has come."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._depth = 0
        self._skip()

    def error(self, problem: str, place: int) -> QueryError:
        # One line, whatever was typed, so that the caret stands under its place.
        return QueryError(problem, re.sub(r"\s", " ", self.text), place)

    def _skip(self, by: int = 0) -> None:
        space = _SPACE.match(self.text, self.at + by)
        self.at = space.end() if space else self.at + by

    def _keyword(self) -> str:
        chunk = _CHUNK.match(self.text, self.at)
        return chunk.group() if chunk and chunk.group() in ("AND", "OR", "NOT") else ""

    def _wanted(self, keyword: str, place: int, node: Node | None) -> Node:
        if node is None:
            raise self.error(f"{keyword} wants something after it", place)
        return node

    def alternatives(self) -> Node | None:
        """Read parts joined by OR."""
        first = self._together()
        parts = [] if first is None else [first]
        while self._keyword() == "OR":
            place = self.at
            if not parts:
                raise self.error("OR wants something before it", place)
            self._skip(2)
            parts.append(self._wanted("OR", place, self._together()))
        return Or(tuple(parts)) if len(parts) > 1 else first

    def _together(self) -> Node | None:
        """Read parts that must all be true, joined by AND or by nothing."""
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] != ")":
            keyword, place = self._keyword(), self.at
            if keyword == "OR":
                break
            if keyword == "AND":
                if not parts:
                    raise self.error("AND wants something before it", place)
                self._skip(3)
                if (
                    self.at >= len(self.text)
                    or self.text[self.at] == ")"
                    or self._keyword()
                    in (
                        "AND",
                        "OR",
                    )
                ):
                    raise self.error("AND wants something after it", place)
            part = self._one()
            if part is not None:
                parts.append(part)
        return And(tuple(parts)) if len(parts) > 1 else (parts[0] if parts else None)

    def _one(self) -> Node | None:
        """Read one part; None for punctuation, which says nothing."""
        char, place = self.text[self.at], self.at
        if char == "(":
            return self._group()
        if char in _CLOSERS:
            return self._phrase()
        if self._keyword() == "NOT":
            self._skip(3)
            if (
                self.at >= len(self.text)
                or self.text[self.at] == ")"
                or self._keyword()
                in (
                    "AND",
                    "OR",
                )
            ):
                raise self.error("NOT wants something after it", place)
            return Not(self._wanted("NOT", place, self._one()))
        chunk = _CHUNK.match(self.text, self.at)
        if chunk is None:
            raise self.error("this cannot be read", place)
        name = _NAME.match(chunk.group())
        if name:
            return self._field(name.group(1), name.end())
        self._skip(len(chunk.group()))
        return self._word(chunk.group(), place)

    def _group(self) -> Node:
        place = self.at
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.error(f"more than {_DEEPEST} parentheses inside one another", place)
        self._skip(1)
        node = self.alternatives()
        if self.at >= len(self.text):
            raise self.error("this parenthesis is not closed", place)
        if node is None:
            raise self.error("nothing between the parentheses", place)
        self._skip(1)
        self._depth -= 1
        return node

    def _quoted(self) -> tuple[str, int]:
        """Read what is between quotation marks; return it and where it begins."""
        place = self.at
        closers = _CLOSERS[self.text[place]]
        ends = [end for c in closers if (end := self.text.find(c, place + 1)) >= 0]
        if not ends:
            ends = [end for c in '"“”»«' if (end := self.text.find(c, place + 1)) >= 0]
        if not ends:
            raise self.error("this quotation mark is not closed", place)
        self.at = min(ends) + 1
        return self.text[place + 1 : min(ends)], place + 1

    def _phrase(self) -> Phrase:
        quoted, place = self._quoted()
        runs = self._runs(quoted, place)
        if not runs:
            raise self.error("no word between the quotation marks", place - 1)
        slop, unordered = 0, False
        if self.text[self.at : self.at + 1] == "~":
            asked = _SLOP.match(self.text, self.at)
            if not asked or not asked.group(1):
                raise self.error("~ wants a number: ~3, or ~3u for any order", self.at)
            slop, unordered = int(asked.group(1)), bool(asked.group(2))
            if slop > _WIDEST:
                raise self.error(f"at most ~{_WIDEST}", self.at)
            if len(runs) > 1:
                raise self.error("a phrase has either an ellipsis or a ~", self.at)
            self.at = asked.end()
        self._skip()
        return Phrase(tuple(runs), slop, unordered)

    def _runs(self, quoted: str, place: int) -> list[Run]:
        runs = []
        start = 0
        for gap in [*_ELLIPSIS.finditer(quoted), None]:
            part = quoted[start : gap.start() if gap else len(quoted)]
            bare = part.rstrip()
            open_end = bare.endswith("*") and bare[-2:-1].isalnum()
            star = re.search(r"\w\*", bare[:-1] if open_end else bare)
            if star:
                at = place + start + star.start() + 1
                raise self.error("* may only end the last word of a phrase", at)
            words = tuple(words_of(part))
            if words:
                runs.append(Run(words, open_end))
            start = gap.end() if gap else start
        return runs

    def _field(self, name: str, length: int) -> Node:
        place = self.at
        if name.lower() not in _FIELDS:
            known = ", ".join(_FIELDS)
            raise self.error(f"no such field: {name} (known: {known}); quote it to find it", place)
        self.at += length
        value_at = self.at
        if self.text[self.at : self.at + 1] in _CLOSERS and self.at < len(self.text):
            value, value_at = self._quoted()
        else:
            chunk = _CHUNK.match(self.text, self.at)
            value = chunk.group() if chunk else ""
            self.at += len(value)
        self._skip()
        if not value.strip():
            raise self.error(f"{name}: wants a value right after it", place)
        if name.lower() in ("after", "before"):
            return self._date(name.lower(), value, value_at)
        return Field(name.lower(), value.strip())

    def _date(self, name: str, value: str, place: int) -> Dates:
        match = _DATE.fullmatch(value)
        if match:
            year, month, day = (int(part or 1) for part in match.groups())
            try:
                when = date(year, month, day)
            except ValueError:
                raise self.error(f"no such day: {value}", place) from None
            number = when.year * 10_000 + when.month * 100 + when.day
            return Dates(after=number) if name == "after" else Dates(before=number)
        raise self.error(f"{name}: wants a date: 2017, 2017-04 or 2017-04-01", place)

    def _word(self, chunk: str, place: int) -> Node | None:
        if chunk[0] == "-" and len(chunk) > 1 and chunk[1:2].isalnum():
            raise self.error("- excludes nothing here: write NOT", place)
        star = chunk.find("*")
        words = words_of(chunk)
        if star < 0:
            return Stem(tuple(words)) if words else None
        if star < len(chunk.rstrip(".,;:!?")) - 1 or not words or not chunk[star - 1].isalnum():
            raise self.error("* stands for the end of a word: detain*", place + star)
        if len(words) == 1:
            return Prefix(words[0])
        return Phrase((Run(tuple(words), open_end=True),))
