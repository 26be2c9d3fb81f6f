"""Invented statements for the tests of the index."""

from index.engine_interface import Document

DENIAL = "We do not detain people who do not exist in the republic."


def statement(text: str, name: str = "a", **known: object) -> Document:
    """Return a statement of the invented Republic of Sildavia."""
    fields: dict[str, object] = {
        "key": f"{name}@1#statement",
        "version": f"{name}@1",
        "statement": name,
        "source": "sildavia_press",
        "issuer": "Ministry of Truth of Sildavia",
        "lang": "en",
        "kind": "press-release",
        "issued": "2017-04-13",
        "title": "",
        "text": text,
    }
    return Document(**{**fields, **known})  # type: ignore[arg-type]
