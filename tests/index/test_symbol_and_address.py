"""Symbols and addresses are compared in forms that do not depend on how they are typed."""

import pytest

from index.match_field_value import matches_field
from tests.support.index_documents import statement


@pytest.mark.parametrize(
    ("stored", "value", "is_match"),
    [
        ("SG/SM/21982-DC/3857", "SG/SM/21982", True),
        ("SG/SM/21982-DC/3857", "dc/3857", True),
        ("SG/SM/21982-DC/3857", "SG/SM/2198", False),
        ("SG/SM/21982", "sg_sm_21982", True),
        ("BC/2024/31", "BC/2024/3", False),
        ("BC/2024/3", "BC/2024/*", True),
        ("BC/2023/3", "BC/2024/*", False),
        ("S/RES/2664(2022)", "S/RES/2664 (2022)", True),
        ("https://a.example/1", "https://a.example/1", False),
        ("A$1", "A$1", True),
    ],
)
def test_a_symbol_matches(stored: str, value: str, is_match: bool) -> None:
    assert matches_field("symbol", statement("", symbol=stored), value) is is_match


@pytest.mark.parametrize(
    ("value", "is_match"),
    [
        ("https://www.brook.example/Docs/T2.html", True),
        ("http://brook.example/docs/t2.html#p3", True),
        ("brook.example/Docs/T2.html", True),
        ("https://www.brook.example/Docs/T2.html?utm_source=x&id=7", True),
        ("https://web.archive.org/web/2024010203im_/https://www.brook.example/Docs/T2.html", True),
        ("brook.example/Docs", True),
        ("brook.example/Docs/", True),
        ("brook.example", True),
        ("example", True),
        ("ook.example", False),
        ("brook.example/Doc", False),
        ("brook.example/Docs/T2.html?id=8", False),
        ("a.brook.example", False),
    ],
)
def test_an_address_matches_itself_and_what_is_below_it(value: str, is_match: bool) -> None:
    document = statement("", url="https://www.brook.example/Docs/T2.html?id=7")

    assert matches_field("url", document, value) is is_match


@pytest.mark.parametrize("stored", ["récolte", "r%C3%A9colte", "r%c3%a9colte/1"])
@pytest.mark.parametrize("value", ["récolte", "r%C3%A9colte"])
def test_an_address_matches_in_each_of_its_spellings(stored: str, value: str) -> None:
    document = statement("", url=f"https://brook.example/{stored}")

    assert matches_field("url", document, f"brook.example/{value}")
    assert not matches_field("url", document, "brook.example/recolte")
