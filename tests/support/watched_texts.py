"""Texts in several languages, and queries of every kind, for the matcher of saved queries."""

from index.engine_interface import Document
from index.engines.whoosh import WhooshEngine
from index.query_parser import parse

TEXTS = {
    "denial": ("en", "The Ministry stated that no such facility exists. It was not asked."),
    "appeal": ("en", "We call on all States to release every person held without charge."),
    "press": (
        "en",
        "Persons were detained; detaining them was unlawful, the U.S. Panel's chair said.",
    ),
    "german": ("de", "Die Gefangenen wurden ohne Anklage festgehalten. Freiheit für alle!"),
    "russian": ("ru", "Задержанные были освобождены без предъявления обвинений."),
    "chinese": ("zh", "所有被拘留者都应当获释。"),
    "none": ("und", "released released again and again: release"),
}
TITLES = {"denial": "On the Lantern Declaration", "german": "Die Laternen", "press": "Release them"}
QUERIES = [
    "lantern",
    "lanterns facility",
    '"lantern declaration"',
    '"asked on the lantern"',
    '"asked lantern"~9',
    '"asked … declaration"',
    '"lantern asked"~20u',
    "NOT lantern",
    "title:release",
    "title:releasing",
    "title:lant*",
    'title:"the lantern"',
    'title:"facility"',
    "title:laterne",
    "symbol:BC/2024/3",
    "BC/2024/3",
    "bc-2024-3 OR panel",
    "url:brook.example",
    "url:brook.example/statements/denial.html",
    "https://www.brook.example/statements/denial.html",
    "NOT url:brook.example/statements/none.html",
    '"no such facility exists"',
    '"such facility"',
    '"facility such"',
    "facility",
    "detained",
    "release",
    "released",
    "persons held",
    "detain*",
    '"every pers*"',
    '"call on … release"',
    '"release … call on"',
    '"held charge"~1',
    '"held charge"',
    '"charge held"~2u',
    '"states all release"~3u',
    "NOT facility",
    "release NOT states",
    "facility OR charge",
    "(facility OR detained) panel",
    "source:b release",
    "lang:en",
    "lang:de NOT anklage",
    'issuer:"Panel on Disappearances" charge',
    "kind:statement after:2021-04 before:2022 release",
    "before:2021",
    "after:2021-04-13 facility",
    "US",
    "панель OR освобождены",
    "被拘留",
    '"被拘留者都"',
    "gefangene",
    "again*",
]


def documents() -> list[Document]:
    issued = ["2021-04-13", "2021-04", "2021", "", "2020-12-31", "2022-01-01", "2021-05"]
    return [
        Document(
            key=name,
            version=name,
            statement=name,
            source="ab"[number % 2],
            issuer="Panel on Disappearances" if number % 2 else "Ministry",
            lang=lang,
            kind="statement" if number % 3 else "speech",
            issued=issued[number],
            title=f"{TITLES.get(name, name)}",
            symbol=f"BC/2024/{number}",
            url=f"https://brook.example/statements/{name}.html",
            text=text,
        )
        for number, (name, (lang, text)) in enumerate(TEXTS.items())
    ]


def search_keys(engine: WhooshEngine, query: str) -> set[str]:
    return {hit.key for hit in engine.search(parse(query), limit=50, collapse=False).hits}
