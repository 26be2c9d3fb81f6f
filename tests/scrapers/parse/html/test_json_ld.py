"""Queries on the JSON-LD of a page."""

import json

import pytest

from archive.errors import SourceError
from scrapers.parse.html.html_page import HtmlPage

ARTICLE = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Tarnmoor"},
        {
            "@type": "NewsArticle",
            "headline": "Order  7",
            "datePublished": "2024-03-04",
            "author": [{"@type": "Person", "name": "Ada Invented"}],
        },
    ],
}


def query_page(selector: str, *scripts: str) -> list[str]:
    joined = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    page = HtmlPage(
        "https://court.tarnmoor.example/7", f"<html><head>{joined}</head><p>x</p></html>"
    )
    return page.values(selector)


@pytest.mark.parametrize(
    ("selector", "values"),
    [
        ("json-ld:datePublished", ["2024-03-04"]),
        ("json-ld:headline", ["Order 7"]),
        ("json-ld:author[].name", ["Ada Invented"]),
        ("json-ld:name", ["Tarnmoor", "Ada Invented"]),
        ('json-ld:"@type"', ["WebSite", "NewsArticle", "Person"]),
        ("json-ld:dateModified", []),
    ],
)
def test_every_object_is_queried(selector: str, values: list[str]) -> None:
    assert query_page(selector, json.dumps(ARTICLE)) == values


def test_repeated_values_are_returned_once() -> None:
    assert query_page("json-ld:datePublished", json.dumps(ARTICLE), json.dumps(ARTICLE)) == [
        "2024-03-04"
    ]


def test_a_script_that_is_not_json_is_ignored() -> None:
    assert query_page("json-ld:datePublished", "{oops", json.dumps(ARTICLE)) == ["2024-03-04"]


def test_an_invalid_expression_is_a_source_error() -> None:
    with pytest.raises(SourceError, match="JMESPath"):
        query_page("json-ld:[", json.dumps(ARTICLE))
