"""The order of numbers in dates is that of the Unicode CLDR."""

from scrapers.extract.date_parts.date_order import order_of
from tests.scrapers.extract.date_parts.cldr_date_orders import cldr_orders


def test_every_language_has_the_order_of_the_cldr() -> None:
    orders = cldr_orders()

    assert {tag: order_of(tag) for tag in orders} == orders


def test_a_tag_that_is_not_known_has_the_order_of_its_language() -> None:
    assert (order_of("fr-x-court"), order_of("en-x-court"), order_of("")) == ("dmy", "", "")
