"""T21: what would expose people is listed before it is shared."""

import json
from pathlib import Path

from tests.conftest import Run
from tests.support.evidence_packs import make_pack
from tests.support.whole_archives import METADATA, Archive, make_exchange

PAGE = b"<p>Write to anna.k@example.org or call +49 30 1234567.</p>"


def test_a_private_address_in_a_page_is_listed_before_a_pack_is_shared(
    tmp_path: Path, run: Run
) -> None:
    with Archive(tmp_path / "elsewhere") as archive:
        cookie = "Set-Cookie: session=abcdef0123456789\r\n"
        capture = archive.store.add(make_exchange(1, PAGE, cookie), METADATA)
        make_pack(archive.home, archive.log, capture, tmp_path / "pack.zip")

    lines = run("share", "--check", tmp_path / "pack.zip", "--json").stdout.splitlines()

    disclosures = {(row["sort"], row["what"]) for row in map(json.loads, lines)}
    assert ("mail address", "anna.k@example.org") in disclosures
    assert ("telephone number", "+49 30 1234567") in disclosures
    assert ("cookie", "session=abcdef0123456789") in disclosures
    assert ("network address", "192.0.2.7") in disclosures
