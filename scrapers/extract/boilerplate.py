"""Strip boilerplate lines from an article: its repeated title, "Read more: …", a letterhead."""

import re
from collections.abc import Iterable, Sequence

from scrapers.extract.any_page.link_texts import (
    PageLinks,
    cover_by_links,
    split_words,
    strip_link_lines,
)

MAX_LABEL_CHARACTERS = 200  # a longer line is content

_MAX_WORDS_BESIDE_LINKS = 3  # after a label
_MAX_LETTERHEAD_LINES = 20
_MAX_LETTERHEAD_CHARACTERS = 80  # of a line
# Labels that a site puts on links and boxes between an article's paragraphs. A line is dropped
# where it is such a label alone, or one that is followed by links and nothing else.
_LABELS = r"""
read more|read also|read next|also read|see also|see more|related|related posts?|related articles?
related stories|related topics|more|also|must read|recommended|recommended for you
you may also like|you might also like|you may like|don.t miss|most read|trending|up next
comments?( comments?)?|leave a (comment|reply)|\d+ comments?|share|share this( article| story)?
follow us( on .{1,60})?|sign up|subscribe( now)?|newsletter|advertisement|advertising|sponsored
filed under|tags?|print|email|reading time
lire aussi|à lire( aussi)?|voir aussi|lire la suite|sur le même (sujet|thème)|partager|publicité
lesen sie auch|lesen sie mehr|mehr zum thema|auch interessant|siehe auch|weiterlesen
das könnte sie auch .{0,20}interessieren|teilen|anzeige|kommentare?
lea también|lee también|leer más|le puede interesar|te puede interesar|ver también|compartir
publicidad|comentarios?
leia também|leia mais|veja também|compartilhar?|partilhar|publicidade|comentários?|tempo de leitura
leggi anche|leggi tutto|ti potrebbe interessare|condividi|pubblicità|commenti
lees ook|lees meer|zie ook|delen|reacties|advertentie
läs också|läs även|läs mer|dela|annons
czytaj także|czytaj też|zobacz także|udostępnij|komentarze
читайте также|смотрите также|по теме|поделиться|комментарии|реклама
читати також|ayrıca okuyun|paylaş|yorumlar|ilgili
اقرأ أيضا|شاهد أيضا|مواضيع ذات صلة|شارك|تعليقات|إعلان
关联阅读|相关阅读|相关新闻|延伸阅读|分享|广告
関連記事|あわせて読みたい|シェア|広告|관련 ?기사|공유|광고
"""
_LABEL_LINE = re.compile(
    rf"[\W_]*(?:{'|'.join(_LABELS.split(chr(10))[1:-1])})(?:\s*[:：|»›>→](?P<rest>.*)|[\W_\d]*)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]]*\Z")
# A telephone or fax number, or a mail address, that takes up most of a line.
_CONTACT_LINE = re.compile(
    r"[\W_]{0,4}(?:[^\W\d]+[\s.:]+){0,6}"
    r"(?:\+?\(?\d[\d\s().\-–/]{6,24}\d|[\w.+-]{1,64}@[\w.-]{3,80})"
    r"(?:[\s|,;(]+[^\W\d]+){0,4}[\s.)]*",
)
_NO_LINKS = PageLinks()
_DATE_LINE = re.compile(r"\D{0,20}(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}\s*年.*)\D{0,20}")


def strip_boilerplate(
    lines: Iterable[str], titles: Iterable[str], links: PageLinks = _NO_LINKS
) -> list[str]:
    """Return `lines` without labels, menus, letterhead, and the title where it comes first."""
    title_words = {words for title in titles if (words := _normalize_words(title))}
    kept_lines: list[str] = []
    unlabelled = [line for line in lines if not _is_label(line, links)]
    for line in strip_link_lines(_strip_letterhead(unlabelled), links):
        if not kept_lines and _is_title(_normalize_words(line), title_words):
            continue
        kept_lines.append(line)
    return kept_lines


def _is_label(line: str, links: PageLinks) -> bool:
    if len(line) > MAX_LABEL_CHARACTERS or not (match := _LABEL_LINE.fullmatch(line)):
        return False
    words = split_words(match["rest"] or "")
    count, outside = cover_by_links(words, links)
    if not outside:
        return True
    # A number of comments or minutes, or the date of what is linked.
    is_short = (outside if count else len(words)) <= _MAX_WORDS_BESIDE_LINKS
    has_number = any(map(str.isdecimal, words))
    return is_short and has_number and _SENTENCE_END.search(line) is None


def _strip_letterhead(lines: Sequence[str]) -> Sequence[str]:
    """Return `lines` without the lines before the text of which the last is a telephone number.

    Only short lines that end no sentence are a letterhead.
    """
    end = 0
    for number, line in enumerate(lines[:_MAX_LETTERHEAD_LINES], 1):
        is_short = len(line) <= _MAX_LETTERHEAD_CHARACTERS
        if is_short and _CONTACT_LINE.fullmatch(line) and not _DATE_LINE.fullmatch(line):
            end = number
        elif not is_short or _SENTENCE_END.search(line):
            break
    return lines[end:]


def _normalize_words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _is_title(words: str, titles: set[str]) -> bool:
    """Return whether a line is a title, or a title without the site's name at its end."""
    return words in titles or (len(words) > 20 and any(t.startswith(f"{words} ") for t in titles))
