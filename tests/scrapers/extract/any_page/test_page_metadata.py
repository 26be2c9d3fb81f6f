"""What a page declares of itself in its meta, link and title elements."""

from scrapers.extract.any_page import page_metadata
from scrapers.parse.html.html_tree import parse_html

PAGE = """<html><head><title>Seed &amp; grain</title>
<meta property="og:title" content="Seed and grain"><meta name="og:title" content="Another">
<meta property="og:url" content="https://min.example/1"><meta property="og:type">
<link rel="canonical" href="https://min.example/2"><link rel="CANONICAL nofollow" href="/3">
</head><body><svg><title>An ear of wheat</title></svg><h1>Seed <b>and grain</b></h1></body>"""
ROOT = parse_html(PAGE)


def test_the_title_of_a_drawing_is_not_the_pages() -> None:
    assert page_metadata.declared_title(ROOT) == "seed & grain seed and grain"
    assert page_metadata.headings_and_title(ROOT) == "Seed & grain Seed  and grain"


def test_a_meta_element_is_found_by_its_property() -> None:
    assert page_metadata.meta_contents(ROOT, "og:title") == ["Seed and grain"]
    assert page_metadata.meta_contents(ROOT, "og:type") == []


def test_a_link_is_found_by_one_of_its_relations_in_any_case() -> None:
    assert page_metadata.link_addresses(ROOT, "canonical") == ["https://min.example/2", "/3"]


def test_a_pages_own_addresses_are_in_the_order_of_the_page() -> None:
    addresses = ["https://min.example/1", "https://min.example/2"]

    assert page_metadata.own_addresses(ROOT) == addresses
