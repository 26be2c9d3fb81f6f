import pytest

from archive.errors import FormatError, LimitError, SourceError
from scrapers.parse.documents.json_document import JsonDocument
from scrapers.parse.jmespath_query import parse_json, query_json

URL = "https://x.example/api"
ANSWER = {
    "title": "A  B",
    "count": 3,
    "body": "<p>One.</p><script>x</script><p class=s>Share</p>",
    "plain": "One.\n\n Two.",
    "half": "\ud83d!",
    "parts": [{"lang": "fr", "url": "/fr"}, {"lang": "de"}],
}


def test_values_are_one_line_of_text_each_whatever_they_were() -> None:
    answer = JsonDocument(URL, ANSWER)

    assert answer.values("title") == ["A B"]
    assert answer.values("count") == ["3"]
    assert answer.values("html:body") == ["One. Share"]
    assert answer.values("nothing") == []
    assert answer.values("parts[].lang") == ["fr", "de"]
    assert answer.values("@url") == [URL]


def test_text_is_plain_or_html_as_the_selector_says() -> None:
    answer = JsonDocument(URL, ANSWER)

    assert answer.text(["plain"]) == "One.\nTwo."
    assert answer.text(["title", "html:body"], drop=[".s"]) == "A B\nOne."
    assert answer.text(["nothing"]) is None


def test_half_a_character_is_replaced_so_that_the_text_can_be_hashed() -> None:
    assert JsonDocument(URL, ANSWER).text(["half"]) == "\ufffd!"
    assert JsonDocument(URL, parse_json('{"a": "\\ud83d"}')).values("a") == ["\ufffd"]


def test_a_text_that_is_none_is_an_error() -> None:
    with pytest.raises(FormatError, match=r"expected text, found \["):
        JsonDocument(URL, {"body": [["x"]]}).text(["body"])


def test_pairs_leave_out_what_has_but_one_of_two() -> None:
    assert JsonDocument(URL, ANSWER).pairs("parts", "lang", "url") == [("fr", "/fr")]


def test_what_is_no_json_and_no_jmespath_is_said() -> None:
    with pytest.raises(FormatError, match="expected JSON, found '<html>'"):
        parse_json("<html>")
    with pytest.raises(LimitError):
        parse_json("[" * 1000)
    with pytest.raises(SourceError, match="expected a JMESPath expression"):
        query_json({}, "a[")
    with pytest.raises(SourceError, match="join"):
        query_json({"a": 1}, "join(',', a)")
