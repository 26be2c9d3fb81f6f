"""Xapian, where Debian's `python3-xapian` is installed. GPL: compared with, never depended on."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.search.queries import Question
from index.engine_interface import Document

_DEBIAN = "/usr/lib/python3/dist-packages"
_WORD = re.compile(r"[^\W_]+")
_DAY = 0  # the slot of the value


def module() -> Any:
    """Return the module `xapian`, Debian's if this environment has none; ImportError for none."""
    try:
        import xapian
    except ImportError:
        # Only for this import: other packages of Debian's are not to shadow those tested here.
        sys.path.append(_DEBIAN)
        try:
            import xapian
        finally:
            sys.path.remove(_DEBIAN)
    return xapian


class Xapian:
    """Its own term generator over the words of a text, positions, text stored, a value for the day.

    The words are handed over parted by spaces, since its generator takes `don't` and `U.S.` for
    one word each, and would then be asked for phrases that it cannot have.
    """

    name = "xapian"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "xapian"

    def build(self, documents: Sequence[Document]) -> None:
        xapian = module()
        base = xapian.WritableDatabase(str(self._folder), xapian.DB_CREATE)
        generator = xapian.TermGenerator()
        for number, document in enumerate(documents):
            record = xapian.Document()
            generator.set_document(record)
            generator.index_text(" ".join(_WORD.findall(document.text)))
            day = int(document.issued[:10].replace("-", "") or 0)
            record.add_value(_DAY, xapian.sortable_serialise(day))
            record.set_data(document.text)
            base.replace_document(number + 1, record)
        base.commit()
        base.close()

    def open(self) -> None:
        self._xapian = module()
        self._base = self._xapian.Database(str(self._folder))
        self._all = self._base.get_doccount()
        self._make_enquire(self._xapian.Query("the"), ranked=True).get_mset(0, 1)

    def _query(self, question: Question) -> Any:
        make = self._xapian.Query
        words = list(question.words)
        if question.kind == "ellipsis":
            return None
        if question.kind in ("boolean", "top"):
            if len(words) == 1:
                return make(words[0])
            if question.operator == "NOT":
                return make(make.OP_AND_NOT, make(words[0]), make(make.OP_OR, words[1:]))
            return make(make.OP_AND if question.operator == "AND" else make.OP_OR, words)
        phrase = make(make.OP_PHRASE, words, len(words) + question.slop)
        if question.kind == "date":
            after, before = (int(day.replace("-", "")) for day in (question.after, question.before))
            low, high = map(self._xapian.sortable_serialise, (after, before - 1))
            return make(make.OP_FILTER, phrase, make(make.OP_VALUE_RANGE, _DAY, low, high))
        return phrase

    def _make_enquire(self, query: Any, *, ranked: bool) -> Any:
        enquire = self._xapian.Enquire(self._base)
        enquire.set_query(query)
        if not ranked:
            enquire.set_weighting_scheme(self._xapian.BoolWeight())
            enquire.set_docid_order(enquire.DONT_CARE)
        return enquire

    def matching(self, question: Question) -> Sequence[int] | None:
        query = self._query(question)
        if query is None:
            return None
        matches = self._make_enquire(query, ranked=False).get_mset(0, self._all)
        return [match.docid - 1 for match in matches]

    def page(self, question: Question) -> int:
        matches = self._make_enquire(self._query(question), ranked=True).get_mset(0, 20, self._all)
        for match in matches:
            matches.snippet(match.document.get_data().decode(), 180)
        total: int = matches.get_matches_estimated()
        return total

    def top(self, question: Question) -> int:
        return len(self._make_enquire(self._query(question), ranked=True).get_mset(0, 20))
