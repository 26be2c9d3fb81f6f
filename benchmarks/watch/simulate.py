"""1,000 sources, 30 days, faults, 50 kill -9: is anything lost, twice, or unnamed?

Usage: python -m benchmarks.watch.simulate [--sources N] [--kills N] [--folder DIR] [--rebuild]
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from archive.catalogue.database import transaction
from archive.catalogue.monitoring import alert_queue, news_items, run_history, watch_list
from archive.catalogue.rows import parse_moment
from archive.news import Watch
from archive.warc.exchanges import read_exchanges
from benchmarks.watch import world


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--folder", type=Path, default=Path("simulation"))
    parser.add_argument("--rebuild", action="store_true")
    asked = parser.parse_args()
    shutil.rmtree(asked.folder, ignore_errors=True)
    asked.folder.mkdir(parents=True)
    archive, state = asked.folder / "archive", asked.folder / "now"
    prepare(archive, asked.sources)
    state.write_text(world.START.isoformat())
    began = time.monotonic()
    kills = run(archive, state, asked.kills)
    print(
        f"{asked.sources} sources, {world.DAYS} days, {kills} kill -9: "
        f"{time.monotonic() - began:.0f} s"
    )
    with transaction(archive / "catalogue.sqlite") as connection:
        report(connection, archive, asked.sources, kills)
        before = digest(connection)
    if asked.rebuild:
        began = time.monotonic()
        subprocess.run([*tool(archive), "rebuild"], check=True, capture_output=True)
        with transaction(archive / "catalogue.sqlite") as connection:
            same = digest(connection) == before
        print(
            f"rebuilt from the WARC files alone in {time.monotonic() - began:.0f} s: "
            f"{'the same' if same else 'NOT THE SAME'}"
        )


def tool(archive: Path) -> list[str]:
    return [sys.executable, "-m", "onrecord", "--quiet", "--archive", str(archive)]


def prepare(archive: Path, sources: int) -> None:
    subprocess.run([*tool(archive), "init"], check=True)
    for number in range(1, sources + 1):
        path = archive / "sources" / f"p{number}.toml"
        path.write_text(world.SOURCE.format(number=number))
    with transaction(archive / "catalogue.sqlite") as connection:
        for number in range(1, min(101, sources + 1)):
            watch = Watch(kind="source", wanted=f"p{number}", added=world.START)
            watch_list.add_watch(connection, watch)
        wanted = '"after the edit" source:p200'
        watch_list.add_watch(connection, Watch(kind="query", wanted=wanted, added=world.START))
        alert_queue.add_channel(connection, "test://receiver", 0.0)
        alert_queue.add_channel(connection, f"jsonfeed:{archive / 'feed.json'}", 0.0)


def run(archive: Path, state: Path, kills: int) -> int:
    chance, done = random.Random(7), 0
    command = [sys.executable, "-m", "benchmarks.watch.worker", str(archive), str(state)]
    while True:
        process = subprocess.Popen(command)
        try:
            if process.wait(timeout=chance.uniform(5, 25) if done < kills else None) == 0:
                return done
            raise SystemExit(f"the worker failed at {state.read_text()}")
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            done += 1


def report(connection: Connection, archive: Path, sources: int, kills: int) -> None:
    captures, versions = (
        connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("capture", "version")
    )
    visits = Counter(run.outcome.value for run in run_history.runs(connection))
    print(f"{sum(visits.values())} visits {dict(visits)}, {captures} captures, {versions} versions")
    known = set(connection.scalars(text("SELECT id FROM capture")))
    held = [
        each.id
        for path in sorted((archive / "warc").rglob("*.warc.gz"))
        for each in read_exchanges(path, warc=path.relative_to(archive / "warc").as_posix())
        if each.capture() is not None
    ]
    check(
        "every exchange in the WARC files is in the catalogue once",
        len(held) == len(set(held)) and set(held) == known,
        f"{len(held)} and {len(known)}",
    )
    lost, waiting, wrong, checked = words(connection, sources)
    detail = f"{checked} statements, {len(lost)} lost {lost[:3]}, {waiting} still to be asked again"
    check("no statement is lost", not lost, detail)
    check("every sighting is what the site said then", not wrong, f"{len(wrong)} wrong {wrong[:3]}")
    told(connection, archive, kills)
    removals(connection, sources)
    faults(archive)


def check(what: str, good: bool, detail: str) -> None:
    print(f"{'ok    ' if good else 'FAILED'} {what}: {detail}")


def words(connection: Connection, sources: int) -> tuple[list[str], int, list[str], int]:
    """Compare what is held with what the sites said.

    What answered with an error every time it was asked is not lost while it is listed as never
    captured: it will be asked again.
    """
    end = world.START + timedelta(days=world.DAYS)
    sick = {*world.WALLS, *world.DEAD, *world.REDESIGNED}
    lost, wrong, waiting, checked = [], [], 0, 0
    known = set(connection.scalars(text("SELECT url FROM listed")))
    asked = set(connection.scalars(text("SELECT url FROM capture WHERE outcome = 'server-error'")))
    for number in range(1, sources + 1):
        publisher = world.Publisher(number)
        born = dict(publisher.published(end))
        rows = connection.execute(
            text(
                "SELECT statement.identifier, version.text, capture.captured FROM sighting"
                " JOIN version ON version.id = sighting.version"
                " JOIN statement ON statement.id = version.statement"
                " JOIN capture ON capture.id = sighting.capture WHERE statement.source = :name"
            ),
            {"name": publisher.name},
        ).all()
        for identifier, said, captured in rows:
            n = int(identifier)
            might = {
                publisher.words(n, born[n], when) for when in true_times(parse_moment(captured))
            }
            if said not in might:
                wrong.append(f"p{number}/{n} at {captured}")
        have = {int(row[0]) for row in rows}
        for n, when in born.items():
            # The oldest that was listed when we came may have dropped off before a good look.
            listed = n > 10 - world.LISTED
            if number not in sick and listed and when < end - timedelta(days=3):
                checked += 1
                if n in have:
                    continue
                if f"https://p{number}.example/s/{n}" in known & asked:
                    waiting += 1
                else:
                    lost.append(f"p{number}/{n}")
    return lost, waiting, wrong, checked


def true_times(shown: datetime) -> list[datetime]:
    """Return when it may have been: the clock showed one time twice, days apart."""
    wrong = timedelta(days=world.JUMP[1])
    jumped = world.START + timedelta(days=world.JUMP[0]) + wrong
    return [shown, shown - wrong] if shown == jumped else [shown]


def told(connection: Connection, archive: Path, kills: int) -> None:
    every = [str(each.seq) for each in alert_queue.alerts(connection)]
    received = (archive / "received.txt").read_text().split()
    once = list(dict.fromkeys(received))
    twice = len(received) - len(once)
    check(
        "every alert arrived, in order", once == every, f"{len(every)} alerts, {len(once)} arrived"
    )
    check(
        "a message is repeated only by a kill between sending and recording",
        twice <= kills,
        f"{twice} repeated",
    )
    feed = json.loads((archive / "feed.json").read_text())
    numbers = [item["_onrecord"]["alert"] for item in feed["items"]]
    check(
        "the feed has the latest alerts once",
        numbers == [int(n) for n in every[-100:]][::-1],
        f"{len(numbers)} items",
    )
    keys = Counter(
        (each.statement, each.before, each.after, each.capture_after)
        for each in news_items.news(connection, kinds=["edit"])
    )
    check("every edit is news once", all(n == 1 for n in keys.values()), f"{len(keys)} edits")


def removals(connection: Connection, sources: int) -> None:
    """Compare who is said to be gone with who is.

    The fourteen days begin when it was first asked for in vain: older pages are asked every few
    days. One day more is for the try that completes them.
    """
    end = world.START + timedelta(days=world.DAYS)
    first = {
        url: parse_moment(captured)
        for url, captured in connection.execute(
            text("SELECT url, min(captured) FROM capture WHERE outcome = 'gone' GROUP BY url")
        )
    }
    gone = set()
    for number in range(1, sources + 1):
        publisher = world.Publisher(number)
        for n, born in publisher.published(end):
            asked = first.get(f"https://p{number}.example/s/{n}", end)
            if publisher.withdrawn(n, born) and asked < end - timedelta(days=15):
                gone.add(f"p{number}:{n}")
    said = {each.statement for each in news_items.news(connection, kinds=["gone"])}
    check(
        "what is gone is said to be gone, and nothing else",
        gone <= said and all(int(each.partition(":")[0][1:]) % 50 == 0 for each in said),
        f"{len(gone)} gone, {len(said)} said",
    )


def faults(archive: Path) -> None:
    """See that `status` named each fault while it lasted."""
    named: dict[str, set[str]] = {}
    for line in (archive / "status.jsonl").read_text().splitlines():
        said = json.loads(line)
        named.setdefault("archive", set()).update(said["archive"])
        if datetime.fromisoformat(said["true"]) == world.START + timedelta(days=world.JUMP[0]):
            continue  # the clock is wrong by days: so is every silence
        for source, kinds in said["sources"].items():
            named.setdefault(source, set()).update(kinds)
    wanted = {f"p{n}": {"blocked"} for n in world.WALLS}
    wanted |= {f"p{n}": {"dead"} for n in world.DEAD}
    wanted |= {f"p{n}": {"drift"} for n in world.REDESIGNED}
    wanted |= {f"p{n}": {"silent"} for n in world.SILENT}
    wanted["archive"] = {"clock", "disk-refused", "killed"}
    for who, kinds in wanted.items():
        check(
            f"status names it: {who}",
            kinds <= named.get(who, set()),
            f"expected {sorted(kinds)}, named {sorted(named.get(who, set()))}",
        )
    grave = {"blocked", "dead", "drift", "silent", "short"}
    false = {w: k & grave for w, k in named.items() if w not in wanted and k & grave}
    check(
        "status names nobody else so",
        not false,
        f"{len(false)} others {dict(list(false.items())[:5])}",
    )


def digest(connection: Connection) -> tuple[object, ...]:
    rows = connection.execute(
        text("SELECT id, capture, first_seen, last_seen, text_sha256 FROM version ORDER BY id")
    )
    return tuple(tuple(row) for row in rows)


if __name__ == "__main__":
    main()
