"""Classify the differences of an alignment: edits, elisions, reversals."""

from dataclasses import dataclass, field

from archive.text.figure_value import is_same_figure
from archive.text.signs import sign_after_word
from index.fold_spelling import alefs
from index.optional_signs import JOINED_SIGNS, is_figure, required_part
from index.quotes.compare.align_words import Alignment
from index.quotes.compare.sign_changes import end_differs, gap_differs, start_differs
from index.quotes.compare.spelling import differs_by_damaged_mark, is_spelling_variant
from index.quotes.compare.word_links import WordLink
from index.quotes.words.sentences import count_whole_sentences
from index.quotes.words.tokenize_quote import OmissionMark


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An unmarked difference: `before` in the source is `after` in the quotation.

    `start`–`end` are characters of the source, `quote_start`–`quote_end` of the quotation.
    """

    before: str
    after: str
    start: int
    end: int
    quote_start: int
    quote_end: int
    spelling: bool  # the same words in another spelling


@dataclass(frozen=True, slots=True, kw_only=True)
class Elision:
    """Words of the source, characters start–end, that the quotation leaves out."""

    text: str
    start: int
    end: int
    words: int
    sentences: int  # whole sentences among them
    mark: OmissionMark | None  # None: not marked
    quote_at: int  # character of the quotation
    instead: str = ""  # the editor's bracketed words


@dataclass
class EditScan:
    """The differences collected in one pass over an alignment."""

    alignment: Alignment
    edits: list[Edit] = field(default_factory=list)
    elisions: list[Elision] = field(default_factory=list)
    reversals: list[int] = field(
        default_factory=list
    )  # quotation words at which the source goes back
    pending_quote: list[int] = field(default_factory=list)  # differing words not yet made an edit
    pending_source: list[int] = field(default_factory=list)
    quote_word: int = 0  # the current word of the quotation

    def flush(self, source_word: int) -> None:
        """Make one edit of the pending words, which precede `source_word`."""
        if not self.pending_quote and not self.pending_source:
            return
        quote, source = self.alignment.quote, self.alignment.source
        if self.pending_source:
            start, end = source.starts[self.pending_source[0]], source.ends[self.pending_source[-1]]
        else:
            start = end = (
                source.starts[source_word] if source_word < len(source.words) else len(source.text)
            )
        if self.pending_quote:
            quote_start, quote_end = quote.span(self.pending_quote[0], self.pending_quote[-1] + 1)
        else:
            next_word = self.quote_word
            quote_start = quote_end = quote.span(next_word, next_word + 1)[0]
        before_text, after_text = (
            source.text[start:end],
            quote.tokenized.text[quote_start:quote_end],
        )
        quote_words = [quote.words[n] for n in self.pending_quote]
        source_words = [source.words[n] for n in self.pending_source]
        if not _is_ignorable(source_words, quote_words, before_text, after_text):
            self.edits.append(
                Edit(
                    before=before_text,
                    after=after_text,
                    start=start,
                    end=end,
                    quote_start=quote_start,
                    quote_end=quote_end,
                    spelling=_is_spelling_change(source_words, quote_words),
                )
            )
        self.pending_quote, self.pending_source = [], []

    def elide(
        self, last_word: int, next_word: int, quote_word: int, mark: OmissionMark | None
    ) -> None:
        """Add an elision of the source words between `last_word` and `next_word`."""
        quote, source = self.alignment.quote, self.alignment.source
        start, end = _trim_gap(source.text, source.ends[last_word], source.starts[next_word])
        instead = _editor_words(self.alignment, quote_word) if mark is OmissionMark.BRACKET else ""
        self.elisions.append(
            Elision(
                text=source.text[start:end],
                start=start,
                end=end,
                words=source.words_between(last_word, next_word),
                sentences=count_whole_sentences(
                    source.text, source.ends[last_word], source.starts[next_word]
                ),
                mark=mark,
                quote_at=quote.span(quote_word, quote_word + 1)[0],
                instead=instead,
            )
        )


_TRAILING_MARKS = " \t\r\n\u00a0.,;:!?…”’»)]—–-"
_OPENING_MARKS = " \t\r\n\u00a0“‘«„([—–-"


def _trim_gap(text: str, start: int, end: int) -> tuple[int, int]:
    """Trim closing marks from the start of a gap and opening marks from its end."""
    while start < end and text[start] in _TRAILING_MARKS:
        start += 1
    while end > start and text[end - 1] in _OPENING_MARKS:
        end -= 1
    return start, end


def _editor_words(alignment: Alignment, n: int) -> str:
    """Return the bracketed words before word `n` of the comparable quotation."""
    quote = alignment.quote
    start = quote.tokenized.ends[quote.word_indexes[n - 1]] if n else 0
    end = (
        quote.tokenized.starts[quote.word_indexes[n]]
        if n < len(quote.word_indexes)
        else len(quote.tokenized.text)
    )
    return quote.tokenized.text[start:end].strip()


def _is_spelling_change(source_words: list[str], quote_words: list[str]) -> bool:
    if any(map(is_figure, source_words)) and any(map(is_figure, quote_words)):
        return False  # a figure has no spellings: 1 000 and 1,000 are the same word already
    if "".join(source_words) == "".join(quote_words):
        return True
    return len(source_words) == len(quote_words) and all(
        source_word == quote_word or is_spelling_variant(source_word, quote_word)
        for source_word, quote_word in zip(source_words, quote_words, strict=True)
    )


_ZERO_WIDTH_JOIN = "\u200c"
_IGNORED_MARKS = "-‐‑‒–—\u00ad,"


def _is_ignorable(source_words: list[str], quote_words: list[str], before: str, after: str) -> bool:
    """Return whether only a dash or comma differs (co-operate), a damaged mark, a figure's form."""
    if (
        source_words
        and quote_words
        and differs_by_damaged_mark("".join(source_words), "".join(quote_words))
    ):
        return True
    if any(map(is_figure, [*source_words, *quote_words])):
        are_whole = _are_whole(source_words) and _are_whole(quote_words)
        return are_whole and is_same_figure(before, after)
    if not source_words or not quote_words or "".join(source_words) != "".join(quote_words):
        return False
    separate_words = before if len(source_words) > len(quote_words) else after
    if _ZERO_WIDTH_JOIN in before or _ZERO_WIDTH_JOIN in after:
        return True  # a space in place of a zero-width non-joiner
    return any(mark in separate_words for mark in _IGNORED_MARKS) and " " not in separate_words


def _are_whole(words: list[str]) -> bool:
    """Return whether no figure at the edge of `words` is joined to one outside: 5 of 5–10."""
    if not words:
        return False
    return words[0][0] not in JOINED_SIGNS and required_part(words[-1])[-1:] not in JOINED_SIGNS


def classify_edits(alignment: Alignment) -> EditScan:
    """Return every edit, elision and reversal of an alignment with at least one link."""
    quote, source, links = alignment.quote, alignment.source, alignment.links
    scan = EditScan(alignment)
    scan.pending_quote = list(range(links[0].quote_word))
    previous: WordLink | None = None
    for link in links:
        if previous is not None:
            _classify_gap(scan, previous, link)
            _add_changed_signs(scan, previous, link)
        scan.quote_word = link.quote_word
        if link.same and not _differs_in_hamza(alignment, link):
            scan.flush(link.source_word)
        elif link.quote_word in quote.bracketed:
            scan.flush(link.source_word)
            _add_bracketed_word(scan, link)
        else:
            scan.pending_quote.append(link.quote_word)
            scan.pending_source.append(link.source_word)
        previous = link
    last = links[-1]
    scan.quote_word = last.quote_word
    scan.pending_quote += range(last.quote_word + 1, len(quote.words))
    scan.flush(min(last.source_word + 1, len(source.words)))
    for n, link in ((0, links[0]), (len(quote.words), last)):
        if quote.marks.get(n) is OmissionMark.BRACKET:
            _add_outer_bracket(scan, n, link)
    for n in sorted(quote.bracketed):
        _add_bracketed_capital(scan, n)
    _add_edge_signs(scan)
    return scan


def _add_edge_signs(scan: EditScan) -> None:
    """Add an edit where the first or the last word is the source's, and a sign beside it is not."""
    quote, source, links = scan.alignment.quote, scan.alignment.source, scan.alignment.links
    tokenized, first, last = quote.tokenized, links[0], links[-1]
    is_first = first.same and first.quote_word == 0 and quote.word_indexes[0] == 0
    if is_first and start_differs(source, first.source_word, tokenized):
        start, end = source.span(first.source_word, first.source_word + 1)
        _add_edit(scan, (start, end), (0, tokenized.ends[0]))
    count = len(tokenized.words)
    is_last = last.same and quote.word_indexes[last.quote_word] == count - 1
    if is_last and end_differs(source, last.source_word, tokenized):
        start, end = source.span(last.source_word, last.source_word + 1)
        end += bool(sign_after_word(source.text, end))
        _add_edit(scan, (start, end), (tokenized.starts[-1], len(tokenized.text)))


def _add_edit(scan: EditScan, span: tuple[int, int], quote_span: tuple[int, int]) -> None:
    """Add an edit of the source's characters `span`, no change of spelling."""
    scan.edits.append(
        Edit(
            before=scan.alignment.source.text[slice(*span)],
            after=scan.alignment.quote.tokenized.text[slice(*quote_span)],
            start=span[0],
            end=span[1],
            quote_start=quote_span[0],
            quote_end=quote_span[1],
            spelling=False,
        )
    )


def _add_changed_signs(scan: EditScan, previous: WordLink, link: WordLink) -> None:
    """Add an edit where two adjacent words are the source's, and a sign between them is not."""
    quote, source = scan.alignment.quote, scan.alignment.source
    if not (previous.same and link.same and link.source_word == previous.source_word + 1):
        return
    first, last = quote.word_indexes[previous.quote_word], quote.word_indexes[link.quote_word]
    if last != first + 1 or not gap_differs(source, previous.source_word, quote.tokenized, first):
        return
    span = source.span(previous.source_word, link.source_word + 1)
    _add_edit(scan, span, (quote.tokenized.starts[first], quote.tokenized.ends[last]))


def _differs_in_hamza(alignment: Alignment, link: WordLink) -> bool:
    """Return whether two words that are the same in search differ in the hamza of an alef."""
    source, quote = alignment.source, alignment.quote
    start, end = source.span(link.source_word, link.source_word + 1)
    quote_start, quote_end = quote.span(link.quote_word, link.quote_word + 1)
    return alefs(source.text[start:end]) != alefs(quote.tokenized.text[quote_start:quote_end])


def _classify_gap(scan: EditScan, previous: WordLink, link: WordLink) -> None:
    quote, source = scan.alignment.quote, scan.alignment.source
    inserted = list(range(previous.quote_word + 1, link.quote_word))
    if link.source_word <= previous.source_word:
        scan.pending_quote += inserted
        scan.quote_word = link.quote_word
        scan.flush(previous.source_word + 1)
        scan.reversals.append(link.quote_word)
        return
    skipped_count = source.words_between(previous.source_word, link.source_word)
    marks = [
        (n, quote.marks[n])
        for n in range(previous.quote_word + 1, link.quote_word + 1)
        if n in quote.marks
    ]
    visible_mark = next(
        (pair for pair in marks if pair[1] in (OmissionMark.OMISSION, OmissionMark.BRACKET)), None
    )
    if not skipped_count:
        scan.pending_quote += inserted
        if visible_mark and visible_mark[1] is OmissionMark.BRACKET:
            scan.quote_word = link.quote_word
            scan.flush(link.source_word)
            scan.elide(
                previous.source_word, link.source_word, visible_mark[0], OmissionMark.BRACKET
            )
        return
    has_whole_sentence = count_whole_sentences(
        source.text, source.ends[previous.source_word], source.starts[link.source_word]
    )
    if visible_mark or has_whole_sentence:
        mark_word = visible_mark[0] if visible_mark else link.quote_word
        scan.pending_quote += [n for n in inserted if n < mark_word]
        scan.quote_word = link.quote_word
        scan.flush(previous.source_word + 1)
        scan.elide(
            previous.source_word,
            link.source_word,
            mark_word,
            visible_mark[1] if visible_mark else None,
        )
        scan.pending_quote += [n for n in inserted if n >= mark_word]
        return
    scan.pending_quote += inserted
    scan.pending_source += range(previous.source_word + 1, link.source_word)


def _add_outer_bracket(scan: EditScan, mark_word: int, link: WordLink) -> None:
    """Add a bracket at an end of the quotation; that it replaces one word is a guess."""
    source = scan.alignment.source
    source_word = link.source_word - 1 if mark_word == 0 else link.source_word + 1
    if not 0 <= source_word < len(source.words):
        return
    quote = scan.alignment.quote
    quote_at = (
        quote.span(mark_word, mark_word + 1)[0] if mark_word == 0 else len(quote.tokenized.text)
    )
    span = source.span(source_word, source_word + 1)
    _add_bracket(scan, span, quote_at, _editor_words(scan.alignment, mark_word))


def _add_bracketed_word(scan: EditScan, link: WordLink) -> None:
    """Add a word that an editor's bracket changes: walk[ed]."""
    quote, source = scan.alignment.quote, scan.alignment.source
    span = source.starts[link.source_word], source.ends[link.source_word]
    quote_start, quote_end = quote.span(link.quote_word, link.quote_word + 1)
    _add_bracket(scan, span, quote_start, quote.tokenized.text[quote_start:quote_end])


def _add_bracket(scan: EditScan, span: tuple[int, int], quote_at: int, instead: str) -> None:
    """Add a bracket in place of the source's word at `span`."""
    start, end = span
    scan.elisions.append(
        Elision(
            text=scan.alignment.source.text[start:end],
            start=start,
            end=end,
            words=1,
            sentences=0,
            mark=OmissionMark.BRACKET,
            quote_at=quote_at,
            instead=instead,
        )
    )


def _add_bracketed_capital(scan: EditScan, bracketed_word: int) -> None:
    """Add a word of which a bracket changes only the capital: [T]he."""
    link = next(
        (candidate for candidate in scan.alignment.links if candidate.quote_word == bracketed_word),
        None,
    )
    if link is not None and link.same:
        _add_bracketed_word(scan, link)
