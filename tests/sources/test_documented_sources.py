import re

from scrapers.source_format.load_source import load_sources
from tests.support.paths import ROOT

_ROW = re.compile(r"\| (\w+) \| ([\w-]+) \| `(\w+)` \| (.+) \| (.+) \|")


def test_the_documents_say_of_each_source_where_it_belongs_and_what_it_was_tried_on() -> None:
    document = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    table = document.partition("## What each source was tried on")[2]
    rows = [match.groups() for match in map(_ROW.fullmatch, table.splitlines()) if match]
    sources = load_sources()

    assert sorted(name for _, _, name, _, _ in rows) == sorted(sources)
    for country, body, name, tried, untested in rows:
        assert (country, body) == (sources[name].country, sources[name].body)
        assert (tried == "nothing") == bool(sources[name].untested)
        assert untested != "–" or not sources[name].untested
