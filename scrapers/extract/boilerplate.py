"""Strip boilerplate lines from an article: its repeated title, "Read more: …", "Subscribe"."""

import re
from collections.abc import Iterable

MAX_LABEL_CHARACTERS = 200  # a longer line is content

# Labels that a site puts on links and boxes between an article's paragraphs. A line is dropped
# where it is such a label alone, or one with a colon and what it links to.
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
    rf"[\W_]*(?:{'|'.join(_LABELS.split(chr(10))[1:-1])})(?:\s*[:：|»›>→].*|[\W_\d]*)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def strip_boilerplate(lines: Iterable[str], titles: Iterable[str]) -> list[str]:
    """Return `lines` without label lines, and without the title where it comes first."""
    title_words = {words for title in titles if (words := _normalize_words(title))}
    kept_lines: list[str] = []
    for line in lines:
        if len(line) <= MAX_LABEL_CHARACTERS and _LABEL_LINE.fullmatch(line):
            continue
        if not kept_lines and _is_title(_normalize_words(line), title_words):
            continue
        kept_lines.append(line)
    return kept_lines


def _normalize_words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _is_title(words: str, titles: set[str]) -> bool:
    """Return whether a line is a title, or a title without the site's name at its end."""
    return words in titles or (len(words) > 20 and any(t.startswith(f"{words} ") for t in titles))
