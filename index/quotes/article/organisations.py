"""Whether an article credits a quotation to the body that issued it.

Special Procedures are not OHCHR, OHCHR is not the Secretary-General, and so on: bodies that the
press takes for one another are known by the names they go by.
"""

import re
from collections.abc import Iterable

_BODIES = {
    "UN Special Procedures": r"special procedures|special rapporteurs?|independent experts?|"
    r"working group on|\bexperts?\b.{0,30}\b(?:un|united nations)\b|\b(?:un|u\.n\.|united nations)"
    r"(?: human rights)? experts?",
    "OHCHR": r"\bohchr\b|high commissioner for human rights|commissioner for human rights|"
    r"high commissioner[’']s office|office of (?:the )?(?:un )?high commissioner|"
    r"un human rights office|un rights (?:chief|office)",
    "UNHCR": r"\bunhcr\b|high commissioner for refugees|un refugee agency",
    "Secretary-General": r"secretary[- ]general",
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
_COMPILED = {name: re.compile(pattern, re.I) for name, pattern in _BODIES.items()}
_TITLES = re.compile(
    r"\b(?:mr|mrs|ms|dr|sen|senator|rep|representative|congressman|congresswoman|president|"
    r"secretary|minister|ambassador|director|spokes\w+|chair\w*|governor|the|a|of|for|and|in)\b",
    re.I,
)


def organisations_in(text: str) -> set[str]:
    """Return which known bodies a text names."""
    return {name for name, pattern in _COMPILED.items() if pattern.search(text)}


def credited_elsewhere(credited: str, issuers: Iterable[str], around: str = "") -> bool:
    """Tell whether `credited` is surely another than `issuers`: issuer, speakers, signatories.

    `around` is the statement's title, publisher and words: a person named there may well be its
    speaker. Where nothing can be told (“officials”, “she”), False.
    """
    if not credited:
        return False
    own = " ; ".join(issuers)
    named, held = organisations_in(credited), organisations_in(own)
    if named and held:
        return not named & held
    names = _names(credited)
    if not names or not _names(own):
        return False
    return not (names & _names(own)) and not any(
        re.search(rf"\b{re.escape(name)}\b", around) for name in names
    )


def _names(text: str) -> set[str]:
    """Return the words of proper names."""
    return set(re.findall(r"\b[A-ZÀ-ÞА-Я][\w’'-]{2,}", _TITLES.sub(" ", text)))
