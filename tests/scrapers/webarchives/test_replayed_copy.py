"""Pages that another web archive replayed are recognised and read without its additions."""

from datetime import UTC, datetime

import pytest

from scrapers.webarchives.replayed_copy import find_memento, original_address, strip_replay

PAGE = "https://fen.example/n/1?a=1"
WAYBACK = "https://web.archive.org/web/20190103100000"
INSTANT = datetime(2019, 1, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        f"{WAYBACK}/{PAGE}",
        f"{WAYBACK}id_/{PAGE}",
        f"{WAYBACK}if_/{PAGE}",
        f"http://arquivo.pt/20190103100000/{PAGE}",
        f"https://swap.stanford.edu/all/coll/20190103100000mp_/{PAGE}",
        f"{WAYBACK}/https%3A%2F%2Ffen.example%2Fn%2F1%3Fa%3D1",
        f"{WAYBACK}/https:/fen.example/n/1?a=1",
    ],
)
def test_the_address_of_a_replayed_page_names_the_original(url: str) -> None:
    memento = find_memento(url, 200, ())

    assert original_address(url) == PAGE
    assert memento is not None
    assert (memento.original, memento.archived) == (PAGE, INSTANT)


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "https://web.archive.org/",
        f"https://web.archive.org/web/2019*/{PAGE}",
        f"https://fen.example/share?u={PAGE}",
        "https://fen.example/20190103100000/n/1",
        f"https://fen.example/out/{PAGE}",
        f"https://attacker.example/web/20190103100000/{PAGE}",
        f"https://web.archive.org.attacker.example/web/20190103100000/{PAGE}",
        f"https://conifer.rhizome.org/somebody/crawl/20190103100000/{PAGE}",
    ],
)
def test_another_address_is_its_own(url: str) -> None:
    assert original_address(url) == url
    assert find_memento(url, 200, ()) is None


def test_the_header_states_the_instant() -> None:
    header = ("Memento-Datetime", "Thu, 03 Jan 2019 10:00:07 GMT")

    memento = find_memento(f"{WAYBACK}/{PAGE}", 404, (header,))

    assert memento is not None
    assert memento.archived == INSTANT.replace(second=7)
    assert memento.archive == "web.archive.org"


def test_an_error_without_the_header_is_the_archives_own() -> None:
    assert find_memento(f"{WAYBACK}/{PAGE}", 404, ()) is None


TOOLBARS = [
    b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><p>14<div></div><!-- END WAYBACK TOOLBAR INSERT -->",
    b"<!-- WB Insert --><script>x</script><!-- End WB Insert -->",
    b'<div id="wm-ipp-base"><div>14</div><p>captures</p></div>',
    b"<DIV class=a ID=donato><div><div></div></div></DIV>",
]


@pytest.mark.parametrize("toolbar", TOOLBARS)
def test_the_toolbar_is_no_part_of_the_page(toolbar: bytes) -> None:
    body = b"<body>" + toolbar + b"<div>Words.</div></body>"

    assert strip_replay(f"{WAYBACK}/{PAGE}", body) == b"<body><div>Words.</div></body>"


def test_rewritten_links_lead_to_the_originals() -> None:
    body = (
        b'<a href="/web/20190103100000/https://fen.example/n/2">'
        b"<img src='//web.archive.org/web/20190103100000im_/https://fen.example/a.png'>"
        b"see https://web.archive.org/web/20190103100000/https://fen.example/n/3"
    )

    assert strip_replay(f"{WAYBACK}/{PAGE}", body) == (
        b"<a href=\"https://fen.example/n/2\"><img src='https://fen.example/a.png'>"
        b"see https://web.archive.org/web/20190103100000/https://fen.example/n/3"
    )


def test_a_raw_copy_stays_as_it_is() -> None:
    assert strip_replay(f"{WAYBACK}id_/{PAGE}", TOOLBARS[0]) == TOOLBARS[0]
