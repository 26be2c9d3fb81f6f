"""Forgeries of a catalogue: `python -m tests.trust.forgeries` prints what finds each.

A forger may change the catalogue by SQL, edit the index and other files, put older ones in their
place. He has not the key. One row a forgery: what is changed, what `verify` has to name, and the
commands that refuse to repeat it (exit code 3).
"""

# ruff: noqa: S608 - the SQL is this module's own

import shutil
import sys
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from archive.text.fingerprint import fingerprint
from archive.vouching.row_kinds import reading_row
from tests.support.forged_archive import Victim, build
from tests.support.whole_archives import flip_bit

Act = Callable[[Victim], object]
# What a citation, a pack and `show --json` say of brook:a, and what only `show --json` says.
SAID = (("cite", "brook:a"), ("show", "brook:a", "--json"), ("prove", "brook:a", "--out", "p.zip"))
SHOWN = (("show", "brook:a", "--json"),)
NEWEST = "(SELECT id FROM version WHERE statement = 'brook:a' ORDER BY last_seen DESC LIMIT 1)"
ITS_CAPTURE = f"(SELECT capture FROM version WHERE id = {NEWEST})"


@dataclass(frozen=True)
class Forgery:
    """A change, a text that `verify` has to print, and the commands that have to refuse."""

    name: str
    act: Act
    named: str
    refused: tuple[tuple[str, ...], ...] = ()


def sql(*statements: str) -> Act:
    return lambda victim: victim.sql(*statements)


def capture(changes: str) -> Act:
    """Change the capture that brook:a is cited from."""
    return sql(f"UPDATE capture SET {changes} WHERE id = {ITS_CAPTURE}")


def version(changes: str) -> Act:
    """Change the newest version of brook:a."""
    return sql(f"UPDATE version SET {changes} WHERE id = {NEWEST}")


def words_with_digests(victim: Victim) -> None:
    """Change the words of brook:a, with every digest in the catalogue that is made of them."""
    name = victim.value(f"SELECT {NEWEST}")
    query = f"FROM version JOIN version_text ON sha256 = text_sha256 WHERE id = '{name}'"
    words, title = (
        victim.value(f"SELECT plain_text(text) {query}"),
        victim.value(f"SELECT title {query}"),
    )
    former = victim.value(f"SELECT text_sha256 {query}")
    forged = words.replace("deplores", "welcomes")
    digest, mark = sha256(forged.encode()).hexdigest(), fingerprint(title, forged)
    victim.sql(
        f"UPDATE version_text SET sha256 = '{digest}', text = '{forged}' WHERE sha256 = '{former}'",
        f"UPDATE version SET text_sha256 = '{digest}', fingerprint = '{mark}',"
        f" id = 'brook:a@{mark[:12]}' WHERE id = '{name}'",
        f"UPDATE sighting SET version = 'brook:a@{mark[:12]}' WHERE version = '{name}'",
        f"UPDATE notice SET version = 'brook:a@{mark[:12]}' WHERE version = '{name}'",
    )


def page_text_with_digest(victim: Victim) -> None:
    former = victim.value(f"SELECT layer_sha256 FROM version WHERE id = {NEWEST}")
    digest = sha256(b"other words").hexdigest()
    victim.sql(
        f"UPDATE layer SET sha256 = '{digest}', text = 'other words' WHERE sha256 = '{former}'",
        f"UPDATE version SET layer_sha256 = '{digest}' WHERE layer_sha256 = '{former}'",
    )


def log_and_catalogue(victim: Victim) -> None:
    """Change who speaks, and put the row's new digest into the log's entry that vouches for it."""
    query = f"SELECT * FROM version WHERE id = {NEWEST}"
    before = reading_row(victim.row(query))
    victim.sql(f"UPDATE version SET issuer = 'Fen Council' WHERE id = {NEWEST}")
    after = reading_row(victim.row(query))
    path = victim.folder / "log" / "entries.jsonl"
    encoded = (urlsafe_b64encode(row.key + row.digest) for row in (before, after))
    path.write_bytes(path.read_bytes().replace(*encoded))


def older_checkpoint(victim: Victim) -> None:
    shutil.copy(victim.older / "log" / "checkpoint", victim.folder / "log" / "checkpoint")


def older_checkpoints(victim: Victim) -> None:
    """Put back the checkpoint of an earlier day, and remove every later one with its tiles."""
    for name in ("checkpoints", "tile"):
        shutil.rmtree(victim.folder / "log" / name)
        shutil.copytree(victim.older / "log" / name, victim.folder / "log" / name)
    older_checkpoint(victim)


def older_catalogue(victim: Victim) -> None:
    for suffix in ("-wal", "-shm"):
        (victim.folder / f"catalogue.sqlite{suffix}").unlink(missing_ok=True)
    shutil.copy(victim.older / "catalogue.sqlite", victim.folder / "catalogue.sqlite")


def line_of_links(change: Callable[[str], str]) -> Act:
    def act(victim: Victim) -> None:
        path = victim.folder / "links.jsonl"
        path.write_text(change(path.read_text()))

    return act


def bytes_of_index(largest: int) -> Act:
    """Change a byte in the largest file of the index, or in the second largest."""

    def act(victim: Victim) -> None:
        files = [path for path in (victim.folder / "index").rglob("*") if path.is_file()]
        path = sorted(files, key=lambda path: path.stat().st_size)[-largest]
        flip_bit(path, path.stat().st_size // 2)

    return act


FORGERIES = (
    Forgery(
        "a capture: when", capture("captured = '2019-03-05T09:30:00.000000Z'"), "captured", SAID
    ),
    Forgery("a capture: of which address", capture("url = 'https://fen.example/'"), "url", SAID),
    Forgery("a capture: its digest", capture("payload_sha256 = 'ab'"), "payload_sha256", SAID),
    Forgery("a capture: in which record", capture('"offset" = 7'), "logged as", SAID),
    Forgery("a capture: its status", capture("status = 404"), "status", SAID),
    Forgery("a capture: its media type", capture("media_type = 'text/plain'"), "media_type", SAID),
    Forgery("a capture: from which file", capture("taken_from = ''"), "taken_from", SAID),
    Forgery("a capture: of which source", capture("source = 'fen'"), "source", SAID),
    Forgery("a capture: its place in the order", capture("arrival = 9000"), "arrival", SAID),
    Forgery(
        "a page present: gone",
        sql("UPDATE capture SET outcome = 'gone' WHERE url LIKE '%/b.html' AND outcome = 'ok'"),
        "outcome",
    ),
    Forgery(
        "a page gone: present",
        sql("UPDATE capture SET outcome = 'ok' WHERE outcome = 'gone'"),
        "outcome",
    ),
    Forgery(
        "a page in quarantine: read",
        sql("UPDATE capture SET outcome = 'ok' WHERE outcome = 'suspect'"),
        "outcome",
    ),
    Forgery(
        "where a redirect leads",
        sql("UPDATE capture SET location = 'https://fen.example/' WHERE outcome = 'redirect'"),
        "location",
    ),
    Forgery(
        "a copy: its day",
        sql(
            "UPDATE capture SET memento_datetime = '2014' || substr(memento_datetime, 5)"
            " WHERE memento_datetime <> ''"
        ),
        "memento_datetime",
    ),
    Forgery(
        "a copy: of which page",
        sql("UPDATE capture SET memento_of = 'https://fen.example/' WHERE memento_of <> ''"),
        "memento_of",
    ),
    Forgery(
        "a capture deleted",
        sql("DELETE FROM capture WHERE outcome = 'gone'"),
        "the capture of capture",
    ),
    Forgery(
        "a capture added",
        sql(
            "INSERT INTO capture SELECT 'urn:uuid:new', url, '2026-01-01T00:00:00.000000Z', 'gone',"
            ' role, source, 404, media_type, payload_sha256, warc, "offset", length, stored_sha256,'
            " taken_from, note, etag, last_modified, memento_of, memento_datetime, memento_archive,"
            f" location, 9000 FROM capture WHERE id = {ITS_CAPTURE}"
        ),
        "capture urn:uuid:new",
    ),
    Forgery("a version: its address", version("url = 'https://fen.example/a'"), "url", SAID),
    Forgery("a version: who speaks", version("issuer = 'Fen Council'"), "issuer", SAID),
    Forgery("a version: whose site", version("publisher = 'Fen Council'"), "publisher", SAID),
    Forgery("a version: its title", version("title = 'Another'"), "title", SAID),
    Forgery("a version: its day", version("issued = '2020-01-01'"), "issued", SAID),
    Forgery(
        "a version: the day as printed", version("issued_printed = 'May'"), "issued_printed", SAID
    ),
    Forgery("a version: its language", version("lang = 'fr'"), "lang", SAID),
    Forgery(
        "a version: its signatories", version("signatories = '[\"A. Fen\"]'"), "signatories", SAID
    ),
    Forgery("a version: by which reader", version("reader = 'fen/9'"), "reader", SAID),
    Forgery(
        "a version: first seen",
        version("first_seen = '2019-01-01T00:00:00.000000Z'"),
        "first_seen",
        SAID,
    ),
    Forgery(
        "a version: last seen",
        version("last_seen = '2026-01-01T00:00:00.000000Z'"),
        "last_seen",
        SAID,
    ),
    Forgery(
        "a version: of another capture",
        version("capture = (SELECT id FROM capture WHERE url LIKE '%/b.html' LIMIT 1)"),
        "capture",
        SAID,
    ),
    Forgery("a version: its words, with their digests", words_with_digests, "brook:a", SAID),
    Forgery(
        "a version: its page's words, with their digest",
        page_text_with_digest,
        "layer_sha256",
        SAID,
    ),
    Forgery(
        "two versions: their words exchanged",
        version("text_sha256 = (SELECT text_sha256 FROM version WHERE statement = 'brook:b')"),
        "brook:a@",
        SAID,
    ),
    Forgery(
        "a version deleted",
        sql("DELETE FROM version WHERE statement = 'brook:b'"),
        "a version, as it was read from it",
    ),
    Forgery(
        "a statement: its identifier",
        sql("UPDATE statement SET identifier = 'z' WHERE id = 'brook:a'"),
        "statement brook:a",
        SAID,
    ),
    Forgery(
        "a statement: its source",
        sql("UPDATE statement SET source = 'fen' WHERE id = 'brook:a'"),
        "statement brook:a",
        SAID,
    ),
    Forgery(
        "a sighting: when",
        sql(
            f"UPDATE sighting SET captured = '2019' || substr(captured, 5) WHERE version = {NEWEST}"
        ),
        "sighting of brook:a",
        SAID,
    ),
    Forgery(
        "a sighting deleted",
        sql("DELETE FROM sighting WHERE version LIKE 'brook:b@%' AND captured > '2024-04'"),
        "a sighting of capture",
    ),
    Forgery(
        "a sighting added",
        sql(
            "INSERT INTO sighting (version, captured, capture) SELECT version, captured,"
            " (SELECT id FROM capture WHERE outcome = 'gone')"
            f" FROM sighting WHERE version = {NEWEST}"
        ),
        "sighting of brook:a",
    ),
    Forgery(
        "a notice: its words", sql("UPDATE notice SET text = 'Withdrawn'"), "notice beside", SHOWN
    ),
    Forgery("a notice deleted", sql("DELETE FROM notice"), "a notice of capture"),
    Forgery(
        "news of an edit deleted",
        sql("DELETE FROM news WHERE kind = 'edit'"),
        "a news item of capture",
    ),
    Forgery(
        "news: when",
        sql('UPDATE news SET "when" = \'2019\' || substr("when", 5)'),
        "when",
    ),
    Forgery(
        "news: missing made gone",
        sql("UPDATE news SET kind = 'gone' WHERE kind = 'missing'"),
        "kind",
    ),
    Forgery(
        "news added",
        sql(
            "INSERT INTO news SELECT 9000, 'gone:brook:b:x', \"when\", 'gone', source, 'brook:b',"
            " before, after, capture_before, capture_after, detail"
            " FROM news WHERE kind = 'missing' LIMIT 1"
        ),
        "news gone:brook:b:x",
    ),
    Forgery(
        "news of a template: its words", sql("UPDATE news_block SET text = 'Sign up'"), "blocks"
    ),
    Forgery(
        "a decision turned round",
        sql("UPDATE event SET outcome = 'accepted' WHERE kind = 'quarantine'"),
        "decision on the quarantine",
    ),
    Forgery(
        "a decision: its reason",
        sql("UPDATE event SET detail = 'no wall' WHERE kind = 'quarantine'"),
        "decision on the quarantine",
    ),
    Forgery(
        "a decision deleted",
        sql("DELETE FROM event WHERE kind = 'quarantine'"),
        "a decision on its quarantine of capture",
    ),
    Forgery(
        "a former id invented",
        sql(
            "INSERT INTO alias SELECT 'brook:a@000000000000', id, capture, first_seen, 3, reader,"
            f" '[]', 0 FROM version WHERE id = {NEWEST}"
        ),
        "former id brook:a@000000000000",
        SHOWN,
    ),
    Forgery(
        "a link: the other way",
        line_of_links(lambda text: text.replace("responds-to", "corrects")),
        "line 1",
    ),
    Forgery(
        "a link removed",
        line_of_links(lambda text: ""),
        "1 lines that the log vouches for are missing",
    ),
    Forgery(
        "a link added",
        line_of_links(lambda text: text + text.replace("brook:a", "brook:c")),
        "line 2",
    ),
    Forgery(
        "the catalogue's id",
        sql("UPDATE fact SET value = 'ab' WHERE name = 'born'"),
        "capture urn:",
        SAID,
    ),
    Forgery(
        "a view in place of a table",
        sql("ALTER TABLE notice RENAME TO real", "CREATE VIEW notice AS SELECT * FROM real"),
        "notice: no such trigger or view",
    ),
    Forgery("the index: a byte of its largest file", bytes_of_index(1), "FAIL index"),
    Forgery("the index: a byte of another file", bytes_of_index(2), "FAIL index"),
    Forgery("the catalogue of an earlier day put back", older_catalogue, "is missing"),
    Forgery(
        "an entry of the log and the row, together", log_and_catalogue, "recorded as root", SAID
    ),
    Forgery("an older checkpoint put back", older_checkpoint, "FAIL checkpoint"),
    Forgery("all older checkpoints put back", older_checkpoints, "an older one was put back"),
)


def forge(victim: Victim, forgery: Forgery, folder: Path) -> tuple[Victim, str]:
    """Forge a copy in `folder`; return it, and the line of `verify` that names the forgery."""
    copy = victim.copy(folder / "archive")
    forgery.act(copy)
    code, output = copy.run("verify")
    lines = [line for line in output.splitlines() if line.startswith("FAIL")]
    named = [line for line in lines if forgery.named in line]
    return copy, named[0] if code == 3 and named else ""


def main() -> int:
    """Print a line for each forgery; return 1 where one is not found, or is repeated."""
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        victim = build(folder)
        for number, forgery in enumerate(FORGERIES):
            copy, line = forge(victim, forgery, folder / str(number))
            repeated = [command[0] for command in forgery.refused if copy.run(*command)[0] != 3]
            is_missed = not line or bool(repeated)
            missed += is_missed
            refusals = f"; refused: {', '.join(c[0] for c in forgery.refused)}" * bool(
                forgery.refused
            )
            found = f"found: {line[:110]}{refusals}"
            shown = f"NOT FOUND; repeated by {repeated}" if is_missed else found
            sys.stdout.write(f"{forgery.name:<46} {shown}\n")
    sys.stdout.write(f"{len(FORGERIES)} forgeries, {len(FORGERIES) - missed} found\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
