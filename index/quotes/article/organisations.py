"""Tell whether an article attributes a quotation to another body than the one that issued it.

Special Procedures are not OHCHR, OHCHR is not the Secretary-General, and so on: bodies that the
press confuses are recognised by the names they go by.
"""

import re
from collections.abc import Iterable

from index.quotes.words.speech_verbs import DAY_NAMES

_BODY_PATTERNS = {
    "UN Special Procedures": r"special procedures|special rapporteurs?|independent experts?|"
    r"working group on|\bexperts?\b.{0,30}\b(?:un|united nations)\b|\b(?:un|u\.n\.|united nations)"
    r"(?: human rights)? experts?",
    "OHCHR": r"\bohchr\b|high commissioner for human rights|commissioner for human rights|"
    r"high commissioner[’']s office|office of (?:the )?(?:un )?high commissioner|"
    r"un human rights office|un rights (?:chief|office)",
    "UNHCR": r"\bunhcr\b|high commissioner for refugees|un refugee agency",
    "Secretary-General": r"secretary[- ]general|\b(?:un|u\.n\.) chief\b",
    "Security Council": r"security council",
    "Human Rights Council": r"human rights council",
    "White House": r"white house|president (?:joe )?biden|press secretary",
    "State Department": r"state department|department of state|secretary (?:of state|blinken)",
    "European Union": r"european union|\beu\b|\beeas\b|european commission",
    "Council of Europe": r"council of europe",
    "OSCE": r"\bosce\b",
    "Amnesty International": r"\bamnesty\b",
    "Human Rights Watch": r"human rights watch|\bhrw\b",
}
_BODY_REGEXES = {name: re.compile(pattern, re.I) for name, pattern in _BODY_PATTERNS.items()}
_TITLES = re.compile(
    r"\b(?:mr|mrs|ms|dr|sen|senator|rep|representative|congressman|congresswoman|president|"
    r"secretary|minister|ambassador|director|spokes\w+|chair\w*|governor|the|a|of|for|and|in)\b",
    re.I,
)


def find_organisations(text: str) -> set[str]:
    """Return the known bodies that a text names."""
    return {name for name, pattern in _BODY_REGEXES.items() if pattern.search(text)}


def is_attributed_elsewhere(
    attributed_to: str, issuers: Iterable[str], statement_text: str = ""
) -> bool:
    """Return whether `attributed_to` certainly names none of `issuers`.

    `issuers` are the issuer, speakers and signatories. `statement_text` is the statement's title,
    publisher and words: a person named there may be its speaker. False where it is uncertain
    (“officials”, “she”).
    """
    if not attributed_to:
        return False
    issuer_text = " ; ".join(issuers)
    attributed_bodies, issuer_bodies = (
        find_organisations(attributed_to),
        find_organisations(issuer_text),
    )
    if attributed_bodies and issuer_bodies:
        return not attributed_bodies & issuer_bodies
    attributed_names = _proper_names(attributed_to)
    if not attributed_names or not _proper_names(issuer_text):
        return False
    return not (attributed_names & _proper_names(issuer_text)) and not any(
        re.search(rf"\b{re.escape(name)}\b", statement_text) for name in attributed_names
    )


def _proper_names(text: str) -> set[str]:
    """Return the words of proper names."""
    names = re.findall(r"\b[A-ZÀ-ÞА-Я][\w’'-]{2,}", _TITLES.sub(" ", text))
    return {name for name in names if name.casefold() not in DAY_NAMES}
