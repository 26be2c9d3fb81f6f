"""Invented statements to cite: ordinary ones, and ones meant to break a citation format."""

from dataclasses import replace
from datetime import UTC, datetime

from archive.citation_data import CitationData, UrlStatus
from archive.models import Issued, Passage

CAPTURED = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)
SHA256 = "0123456789abcdef" * 4


def passage(exact: str, prefix: str = "", suffix: str = "") -> Passage:
    start = len(prefix) + 100
    return Passage(
        version="v", start=start, end=start + len(exact), exact=exact, prefix=prefix, suffix=suffix
    )


ORDINARY = CitationData(
    statement="ruritania_mfa:PR_17_44",
    issuer="Ministry of Foreign Affairs of Ruritania",
    title="Statement on the Border at Strelsau",
    publisher="Government of Ruritania",
    kind="press-release",
    identifier="PR/17/44",
    issued=Issued("2017-04-13", "Thursday, 13 April 2017", "selector"),
    lang="en",
    url="https://mfa.ruritania.example/en/pr/44",
    memento="https://archive.example/web/20261122120005/https://mfa.ruritania.example/en/pr/44",
    captured=CAPTURED,
    sha256=SHA256,
    url_status=UrlStatus.LIVE,
)

QUOTED = replace(
    ORDINARY,
    passage=passage("The border remains {open} to all", "We repeat: ", ". It will stay so."),
    fragment="#:~:text=The%20border%20remains",
    url_status=UrlStatus.DEAD,
)

UNDATED = replace(ORDINARY, issued=None, identifier="", kind="statement")

YEAR_ONLY = replace(
    ORDINARY,
    issued=Issued("1998", "© 1998", "text"),
    publisher="Ministry of Foreign Affairs of Ruritania",
    url_status=UrlStatus.UNKNOWN,
)

MONTH_ONLY = replace(ORDINARY, issued=Issued("2009-05", "mai 2009", "text"), lang="fr")

CYRILLIC = replace(
    ORDINARY,
    statement="ruritania_mfa:0f3a",
    issuer="Министерство иностранных дел Руритании",
    title="Заявление о границе у «Штрельзау»",
    publisher="Правительство Руритании",
    issued=Issued("2017-04-13T10:02Z", "13 апреля 2017 года 13:02", "meta"),
    lang="ru",
    url="https://мид.ruritania.example/ru/44",
)

ARABIC = replace(
    CYRILLIC,
    issuer="وزارة خارجية روريتانيا",
    title="بيان بشأن الحدود عند ستريلساو",
    publisher="",
    issued=Issued("2017-04-13", "١٣ نيسان ٢٠١٧", "selector"),
    lang="ar",
)

HOSTILE = replace(
    ORDINARY,
    statement="x:../{\\}",
    issuer="A & B_100% {Ltd} #1 ~ ^ \\input{/etc/passwd} $x$",
    title="\"Quoted\" | [[link]] {{evil}} <script>&amp;</script> ''bold''\r\nER  - \r\nTY  - BOOK "
    "\u202edesrever\u202c \u200bx\x00\x1b[31m --> ~~~~",
    publisher="End}\n@book{x,",
    identifier="}, {",
    issued=Issued("2017-04-13", "13 April\r\n2017 --> {{x}}", "text"),
    url="https://x.example/a b\"c<d>|[e]{f}%20#~\n?q=''x''",
    memento="https://archive.example/web/1/https://x.example/a%20b|[e]",
    passage=passage('He said: "}} -- ]]" \n& left'),
)

LONG = replace(ORDINARY, title="On the Question of " + "the Question of " * 100 + "It")

TRANSCRIPT = replace(
    ORDINARY,
    memento="",
    transcript_of="the Ruritanian Speeches Collection",
    kind="speech",
    identifier="",
)

CASES = {
    "ordinary": ORDINARY,
    "quoted": QUOTED,
    "undated": UNDATED,
    "year-only": YEAR_ONLY,
    "month-only": MONTH_ONLY,
    "cyrillic": CYRILLIC,
    "arabic": ARABIC,
    "hostile": HOSTILE,
    "transcript": TRANSCRIPT,
}
