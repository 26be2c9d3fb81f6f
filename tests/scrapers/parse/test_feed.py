from contextlib import suppress

import pytest

from archive.errors import FormatError, LimitError
from scrapers.parse.feed_document import MAX_ITEMS, parse_feed
from tests.support.steps import assert_steps_grow_linearly

URL = "https://x.example/feed/"
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:own="urn:x-own">
<channel><title>All</title><language>en-GB</language><link>https://x.example/</link>
<item><title>A &amp; B</title><link>/a</link><guid isPermaLink="false">1</guid>
<dc:creator><![CDATA[Office]]></dc:creator><own:topic>Peace</own:topic>
<description>&lt;p&gt;Short&lt;/p&gt;</description>
<c:encoded><![CDATA[<p>One.</p><script>x</script><p class="share">Share</p>]]></c:encoded></item>
<item><guid>https://x.example/b</guid><description>Plain only</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://y.example/n/">
<link rel="next" href="page/2"/>
<entry><title>T</title><id>urn:1</id><link rel="enclosure" href="x.mp3"/>
<link rel="alternate" hreflang="en" href="1"/><link rel="alternate" hreflang="fr" href="1.fr"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>One <b>two</b>.</p></div></content>
</entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><channel><title>x</title></channel>
<item><title>T</title><link>https://x.example/1</link></item></rdf:RDF>"""


def test_rss_items_answer_by_the_names_of_their_elements() -> None:
    feed = parse_feed(URL, RSS)
    first = feed.items[0]

    assert feed.language == "en-GB"
    assert first.values("title") == ["A & B"]
    assert first.values("dc:creator") == ["Office"]
    assert first.values("own:topic") == ["Peace"]
    assert first.values("guid @isPermaLink") == ["false"]
    assert first.values("html:description") == ["Short"]
    assert first.values("nothing") == []
    assert first.link() == "https://x.example/a"


def test_the_text_of_an_item_is_the_first_element_that_it_has() -> None:
    feed = parse_feed(URL, RSS)

    texts = [item.text(["content:encoded", "description"], drop=[".share"]) for item in feed.items]
    assert texts == ["One.", "Plain only"]
    assert feed.items[0].text(["content"]) is None


def test_a_permanent_guid_is_a_link_where_there_is_no_other() -> None:
    assert parse_feed(URL, RSS).items[1].link() == "https://x.example/b"


def test_atom_says_what_is_next_in_what_language_and_where_its_links_start() -> None:
    feed = parse_feed("https://y.example/n/feed", ATOM)
    entry = feed.items[0]

    assert feed.next_page == "https://y.example/n/page/2"
    assert feed.language == "en"
    assert entry.link() == "https://y.example/n/1"
    assert entry.text(["content"]) == "One two."
    assert entry.pairs("link", "@hreflang", "@href") == [
        ("en", "https://y.example/n/1"),
        ("fr", "https://y.example/n/1.fr"),
    ]


def test_rdf_has_its_items_beside_the_channel() -> None:
    assert parse_feed(URL, RDF).items[0].link() == "https://x.example/1"


def test_names_of_characters_that_xml_lacks_are_read_and_said() -> None:
    feed = parse_feed(URL, RSS.replace("A &amp; B", "A&nbsp;&eacute; &amp; B"))

    assert feed.items[0].values("title") == ["A é & B"]
    assert [problem.field for problem in feed.problems] == ["feed"]


def test_a_broken_feed_gives_its_whole_items_and_says_which_are_not() -> None:
    broken = RSS.replace("<description>Plain only", "<description>Pl<ain & only")

    feed = parse_feed(URL, broken)

    assert [item.values("title") for item in feed.items] == [["A & B"]]
    assert [problem.field for problem in feed.problems] == ["feed", "feed, item 2"]


def test_half_an_item_at_the_end_of_a_torn_feed_is_never_read() -> None:
    torn = RSS[: RSS.index("Plain only") + 5]

    feed = parse_feed(URL, torn)

    assert len(feed.items) == 1
    assert feed.problems


@pytest.mark.parametrize("text", ["", "no feed", "<html><body>Just a moment…</body></html>", "<a>"])
def test_what_is_no_feed_is_said_to_be_none(text: str) -> None:
    with pytest.raises(FormatError, match="expected a feed, found"):
        parse_feed(URL, text)


def test_a_feed_with_a_document_type_is_refused() -> None:
    with pytest.raises(LimitError, match="DOCTYPE"):
        parse_feed(URL, RSS.replace("<rss", "<!DOCTYPE rss [<!ENTITY x 'y'>]><rss", 1))


def test_a_feed_of_too_many_items_is_cut_off() -> None:
    item = "<item><title>T</title><link>/{}</link><description>x</description></item>"
    huge = f"<rss><channel>{''.join(item.format(n) for n in range(MAX_ITEMS + 5))}</channel></rss>"

    feed = parse_feed(URL, huge)

    assert len(feed.items) == MAX_ITEMS
    assert "at most 10000 items" in str(feed.problems[0])


@pytest.mark.parametrize(
    "mark", ["<item>", "<rss", "<item><![CDATA[<!DOCTYPE x>]]>", "</item>", "&x"]
)
def test_a_broken_feed_takes_steps_in_proportion_to_it(mark: str) -> None:
    def parse(size: int) -> None:
        with suppress(FormatError, LimitError):
            parse_feed(URL, "<rss><channel>" + mark * size)

    assert_steps_grow_linearly(parse, 2000)
