from contextlib import suppress

import pytest

from archive.errors import FormatError, LimitError
from archive.models import ProblemKind
from scrapers.parse.documents.feed_document import MAX_ITEMS, parse_feed
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


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ("A &amp; B", "A & B", "A & B"),
        ("A &amp; B", "A < B & 1 <2", "A < B & 1 <2"),
        ("A &amp; B", "A &amp; B & C &c; &#11;\x0b", "A & B & C &c;"),
        ("<c:encoded>", "<podcast:season x:y='1'>1</podcast:season><c:encoded>", "A & B"),
        (' xmlns:dc="http://purl.org/dc/elements/1.1/"', "", "A & B"),
    ],
)
def test_a_feed_that_can_be_repaired_loses_nothing_and_says_what_it_was(
    old: str, new: str, title: str
) -> None:
    feed = parse_feed(URL, RSS.replace(old, new, 1))

    (problem,) = feed.problems
    assert (problem.field, problem.kind) == ("feed", ProblemKind.BROKEN)
    assert [item.link() for item in feed.items] == ["https://x.example/a", "https://x.example/b"]
    assert feed.items[0].values("title") == [title]
    assert feed.items[0].values("dc:creator") == ["Office"]
    assert feed.items[0].text(["content:encoded"]) == "One.\nShare"


def test_what_a_cdata_section_holds_is_not_repaired() -> None:
    feed = parse_feed(URL, RSS.replace("<![CDATA[Office]]>", "<![CDATA[A & B]]> &c"))

    assert feed.items[0].values("dc:creator") == ["A & B &c"]


def test_tags_that_a_text_leaves_open_do_not_lose_the_item() -> None:
    feed = parse_feed(URL, RSS.replace("Plain only", "<p>One<br>two <b>three</p>"))

    assert [problem.field for problem in feed.problems] == ["feed"]
    assert feed.items[1].text(["description"]) == "One\ntwo three"


def test_a_document_type_that_defines_nothing_is_passed_over() -> None:
    type_of_091 = '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.example/rss.dtd">'

    feed = parse_feed(URL, RSS.replace("<rss", f"<!-- old -->\n{type_of_091}\n<rss", 1))

    assert (len(feed.items), feed.problems) == (2, [])


@pytest.mark.parametrize(
    ("markup", "namespace"),
    [
        (RSS.replace("<rss ", '<rss xmlns="urn:own" '), "urn:own"),
        (RSS.replace("<channel>", '<channel xmlns="urn:own">'), "urn:own"),
        (ATOM.replace("http://www.w3.org/2005", "https://www.w3.org/2005"), "https://www.w3.org"),
    ],
)
def test_items_in_a_namespace_of_no_feed_are_read_and_it_is_named(
    markup: str, namespace: str
) -> None:
    feed = parse_feed(URL, markup)

    assert feed.items[0].link()
    (problem,) = feed.problems
    assert problem.expected == "the namespace of a feed"
    assert problem.found.startswith(namespace)


def test_items_where_no_feed_has_them_are_a_problem() -> None:
    feed = parse_feed(
        URL, "<rss><channel><list><item><title>T</title></item></list></channel></rss>"
    )

    assert feed.items == []
    assert [problem.found for problem in feed.problems] == ["1 elsewhere"]


def test_names_in_capitals_are_read() -> None:
    feed = parse_feed(
        URL, RSS.replace("item>", "ITEM>").replace("<link>/a</link>", "<LINK>/a</LINK>")
    )

    assert [item.link() for item in feed.items] == ["https://x.example/a", "https://x.example/b"]


def test_a_broken_feed_whose_elements_have_a_prefix_is_read() -> None:
    entry = "<a:entry><a:title>{}</a:title><a:link href='/{}'/></a:entry>"
    entries = entry.format("T", 1) + entry.format("T</b>", 2)
    feed = parse_feed(URL, f'<a:feed xmlns:a="http://www.w3.org/2005/Atom">{entries}</a:feed>')

    assert [item.link() for item in feed.items] == ["https://x.example/1"]
    assert len(feed.problems) == 2


def test_an_item_that_is_lost_is_named() -> None:
    feed = parse_feed(URL, RSS.replace("<link>/a</link>", "<link>/a</l>"))

    assert "left out: A &amp; B, /a" in feed.problems[1].found


def test_half_an_item_at_the_end_of_a_torn_feed_is_never_read() -> None:
    torn = RSS[: RSS.index("Plain only") + 5]

    feed = parse_feed(URL, torn)

    assert len(feed.items) == 1
    assert "https://x.example/b" in feed.problems[1].found


def test_an_html_page_is_called_one() -> None:
    with pytest.raises(FormatError, match="expected a feed, found an HTML page"):
        parse_feed(URL, "<!DOCTYPE html><html><body>x</body></html>")
    with pytest.raises(FormatError, match="expected a feed, found an HTML page"):
        parse_feed(URL, '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html/>')


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
