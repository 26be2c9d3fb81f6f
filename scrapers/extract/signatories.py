"""Find the signatories of a joint statement of UN experts, in the note at its end.

Statements of the Special Procedures of the Human Rights Council end with: "(*) The experts: Ms …,
Special Rapporteur on …; Mr …, Chair of …." In some statements each name has a line of its own.
"""

import re

_NOTE_MARK = re.compile(r"\(?\*+\)?\s*")
_LIST_HEADING = re.compile(
    r"(?:the\s+(?:un\s+|united\s+nations\s+)?(?:independent\s+)?(?:human\s+rights\s+)?"
    r"(?:experts?|signatories)(?:\s+are)?|signatories|signed\s+by|endorsed\s+by"
    r"|(?:les\s+)?experte?(?:·e)?s?(?:\s+de\s+l[’']onu)?|(?:las?|los?|el)\s+(?:personas\s+)?expert[ao]s?"
    r"|эксперты)\s*:\s*",
    re.IGNORECASE,
)
_MANDATE = re.compile(
    r"rapporteu|independent\s+expert|working\s+group|chair|special\s+(?:representative|adviser)"
    r"|experte?\s+indépendante?|groupe\s+de\s+travail|relator|expert[oa]\s+independiente"
    r"|grupo\s+de\s+trabajo|докладчи|независим\w+\s+эксперт|рабоч\w+\s+групп",
    re.IGNORECASE,
)
_TITLE = r"(?:Mr|Ms|Mrs|Mx|Dr|Prof|Professor|M|Mme|Mlle|Sr|Sra|Г-н|Г-жа)\.?\s+"
_SENTENCE_END = re.compile(
    r"(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bMx)(?<!\bDr)(?<!\bProf)(?<!\bMme)(?<!\bSr)(?<!\bSra)"
    r"(?<!\b[^\W\d_])\.\s+(?=[A-ZÀ-ÝА-Я])"
)
_NAME_SEPARATOR = re.compile(rf",\s+(?:and\s+|et\s+|y\s+)?(?={_TITLE}[^\W\d_])")
_LEADING_AND = re.compile(r"^(?:and|et|y|и)\s+", re.IGNORECASE)


def find_signatories(text: str) -> tuple[str, ...]:
    """Return the signatories in the last note of `text`, each with the mandate as printed.

    Return an empty tuple where no note names any; footnotes about something else do not count.
    """
    lines = text.split("\n")
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        mark = _NOTE_MARK.match(line)
        body = line[mark.end() :] if mark else line
        heading = _LIST_HEADING.match(body)
        if heading is None and not (mark and _MANDATE.search(body)):
            continue
        names_text = body[heading.end() :] if heading else body
        names = (
            _split_names(names_text) if names_text.strip() else _names_on_lines(lines[number + 1 :])
        )
        if names and any(map(_MANDATE.search, names)):
            return tuple(names)
    return ()


def _split_names(names_text: str) -> list[str]:
    """Return the names in one sentence, separated by semicolons or by titles (Mr, Ms)."""
    sentence = _SENTENCE_END.split(names_text.strip(), maxsplit=1)[0]
    parts = re.split(r";\s*", sentence)
    if len(parts) == 1 and len(_MANDATE.findall(sentence)) > 1:
        parts = _NAME_SEPARATOR.split(sentence)
    return [name for part in parts if (name := _strip_separators(part))]


def _names_on_lines(lines: list[str]) -> list[str]:
    """Return the names in lines of their own, up to the first line without a name."""
    names = []
    for line in lines:
        if not (_MANDATE.search(line) or re.match(_TITLE, _strip_separators(line))):
            break
        names.append(_strip_separators(line))
    return names


def _strip_separators(part: str) -> str:
    """Return a name without the punctuation and "and" around it."""
    name = part.strip(" \t;,*•–-")
    name = _LEADING_AND.sub("", name)
    return name.removesuffix(".").strip() if not name.endswith("etc.") else name
