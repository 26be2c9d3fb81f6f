"""Find the quotations in an article: between marks, set off as blocks, introduced by a colon."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from index.quotes.article.article_text import Article
from index.quotes.article.attribution import find_attribution, introduced
from index.quotes.article.pair_marks import QuotedSpan, pair_marks
from index.quotes.words.quotation_marks import SAYING

_MOST = 5000  # quotations an article


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words an article says are somebody's; `start`–`end` are their characters, marks left out."""

    text: str
    start: int
    end: int
    credited: str = ""  # to whom, in the article's words
    way: str = "marks"  # or "block", "introduced", "name"
    unclosed: bool = False  # its closing mark is missing
    pieces: tuple[tuple[int, int], ...] = ()  # where an attribution interrupts it


def find_quotations(article: Article) -> list[Quotation]:
    """Return the quotations of an article, in reading order."""
    text = article.text
    paragraphs = list(_paragraphs(text, article.set_off))
    found: list[Quotation] = []
    for quoted in _joined(text, paragraphs, article.set_off):
        found.append(quoted)
        if len(found) == _MOST:
            break
    found += _blocks(text, article.set_off, found)
    found += _introduced(text, paragraphs, found)
    found.sort(key=lambda each: each.start)
    return _credited(text, paragraphs, found)


def pieces_of(quotation: Quotation) -> list[Quotation]:
    """Return the parts of a quotation that an attribution interrupts, each by itself."""
    return [
        replace(
            quotation,
            text=quotation.text[start - quotation.start : end - quotation.start],
            start=start,
            end=end,
            pieces=((start, end),),
        )
        for start, end in quotation.pieces
    ]


def _paragraphs(text: str, set_off: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs: between blank lines, or each line where there is none."""
    breaks = re.compile(r"\n[ \t\u00a0]*\n\s*" if re.search(r"\n[ \t]*\n", text) else r"\n\s*")
    edges = sorted(edge for block in set_off for edge in block)
    start = 0
    for match in (*breaks.finditer(text), None):
        end = match.start() if match else len(text)
        for edge in edges[bisect_right(edges, start) :]:
            if edge >= end:
                break
            if text[start:edge].strip():
                yield start, edge
            start = edge
        if text[start:end].strip():
            yield start, end
        if match:
            start = match.end()


def _joined(
    text: str, paragraphs: list[tuple[int, int]], set_off: tuple[tuple[int, int], ...]
) -> Iterator[Quotation]:
    """Yield what stands between marks: over paragraphs and over attributions as one."""
    open_: QuotedSpan | None = None  # not closed at its paragraph's end
    waiting: Quotation | None = None
    for start, end in paragraphs:
        if any(first <= start and end <= last for first, last in set_off):
            continue
        held = pair_marks(text, start, end)
        if open_ is not None:
            goes_on = bool(held) and held[0].mark == open_.mark and held[0].outer == start
            if goes_on:
                held[0] = replace(held[0], start=open_.start, outer=open_.outer)
            else:
                held.insert(0, open_)
            open_ = None
        if held and not held[-1].closed and held[-1].mark not in "\"'":
            open_ = held.pop()
        for quoted in held:
            new = _quotation(text, quoted)
            if new is None:
                continue
            if waiting is not None and (one := _with_attribution(text, waiting, new)) is not None:
                waiting = one
                continue
            if waiting is not None:
                yield waiting
            waiting = new
        if waiting is not None and not held:
            yield waiting
            waiting = None
    if waiting is not None:
        yield waiting
    if open_ is not None and (last := _quotation(text, open_)) is not None:
        yield last


def _quotation(text: str, quoted: QuotedSpan) -> Quotation | None:
    start, end = quoted.start, quoted.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if not re.search(r"\w", text[start:end]):
        return None
    return Quotation(
        text=_without_marks_of_paragraphs(text[start:end], quoted.mark),
        start=start,
        end=end,
        unclosed=not quoted.closed,
        pieces=((start, end),),
        way="name" if _is_name(text[start:end]) else "marks",
    )


def _is_name(text: str) -> bool:
    """Tell whether marks enclose a name or a title: few words, and capitals as titles have them."""
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    long = [word for word in words if len(word) > 3]
    capitals = all(word[0].isupper() for word in long) and words[0][0].isupper()
    return (
        bool(long) and 1 < len(words) <= 6 and capitals and text[-1] not in ".,!?…;:"
        if words
        else False
    )


def _without_marks_of_paragraphs(text: str, mark: str) -> str:
    return re.sub(rf"(\n\s*){re.escape(mark)}", r"\1", text)


_ENDS = re.compile(r"[.!?]\s+[A-Z]")


def _with_attribution(text: str, one: Quotation, two: Quotation) -> Quotation | None:
    """Return both as one, if what stands between says no more than whose words they are."""
    between = text[one.end : two.start]
    if "\n\n" in between or len(between) > 260 or one.unclosed:
        return None
    words = between.strip("”’\"'»“‘«„ \n\u00a0")
    if not words or len(words.split()) > 25 or _ENDS.search(words):
        return None
    breaks = text[one.end - 1] in ",.?!…—–-" or between.lstrip("”’\"'» ")[:1] == ","
    if not breaks or not (SAYING.search(words) or words.endswith(",")):
        return None
    if not SAYING.search(words) and len(words.split()) > 8:
        return None
    return replace(
        one,
        text=text[one.start : two.end],
        end=two.end,
        unclosed=two.unclosed,
        pieces=(*one.pieces, *two.pieces),
    )


def _blocks(
    text: str, set_off: tuple[tuple[int, int], ...], found: list[Quotation]
) -> Iterator[Quotation]:
    """Yield each block quotation: what its marks quote if it has any, else all of it."""
    for start, end in set_off:
        inside = [each for each in pair_marks(text, start, end) if each.closed]
        quoted = sum(each.end - each.start for each in inside)
        if inside and quoted * 2 > end - start:
            for each in inside:
                if (one := _quotation(text, each)) is not None:
                    yield replace(one, way="block")
        elif not any(each.start < end and start < each.end for each in found):
            whole = _quotation(text, QuotedSpan(start=start, end=end, outer=start, mark=""))
            if whole is not None:
                yield replace(whole, way="block")


def _introduced(
    text: str, paragraphs: list[tuple[int, int]], found: list[Quotation]
) -> Iterator[Quotation]:
    """Yield paragraphs without marks that a saying verb and a colon introduce."""
    taken = [(each.start, each.end) for each in found]
    for (start, end), (after, last) in pairwise(paragraphs):
        if not introduced(text[start:end]):
            continue
        if pair_marks(text, after, last) or any(a < last and after < b for a, b in taken):
            continue
        if len(text[after:last].split()) >= 8 and not introduced(text[after:last]):
            yield Quotation(
                text=text[after:last].strip(),
                start=after,
                end=last,
                way="introduced",
                pieces=((after, last),),
            )


def _credited(
    text: str, paragraphs: list[tuple[int, int]], found: list[Quotation]
) -> list[Quotation]:
    starts = [start for start, _ in paragraphs]
    done: list[Quotation] = []
    for each in found:
        n = max(0, bisect_right(starts, each.start) - 1)
        before = paragraphs[n - 1] if n else None
        lead = text[max(before[0], before[1] - 600) : before[1]] if before else ""
        if each.way == "name":
            done.append(each)
            continue
        name = find_attribution(text, each.pieces, paragraphs[n], lead)
        if not name and done and _follows(text, done[-1], each):
            name = done[-1].credited
        done.append(replace(each, credited=name))
    return done


def _follows(text: str, one: Quotation, two: Quotation) -> bool:
    """Tell whether a quotation goes on with what the one before it began, a sentence later."""
    between = text[one.end : two.start]
    return len(between) < 200 and "\n\n" not in between and bool(SAYING.search(between))
