"""Simulate 1,000 sources for 30 days with faults and 50 kill -9; check what is lost or repeated.

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
from archive.catalogue.row_conversion import parse_moment
from archive.warc.read_exchanges import read_exchanges
from archive.watch_and_alert import Watch
from benchmarks.watch import world


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--folder", type=Path, default=Path("simulation"))
    parser.add_argument("--rebuild", action="store_true")
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    archive, state = options.folder / "archive", options.folder / "now"
    prepare(archive, options.sources)
    state.write_text(world.START.isoformat())
    started = time.monotonic()
    kills = run(archive, state, options.kills)
    print(
        f"{options.sources} sources, {world.DAYS} days, {kills} kill -9: "
        f"{time.monotonic() - started:.0f} s"
    )
    with transaction(archive / "catalogue.sqlite") as connection:
        report(connection, archive, options.sources, kills)
        before = digest(connection)
    if options.rebuild:
        started = time.monotonic()
        subprocess.run([*tool(archive), "rebuild"], check=True, capture_output=True)
        with transaction(archive / "catalogue.sqlite") as connection:
            same = digest(connection) == before
        print(
            f"rebuilt from the WARC files alone in {time.monotonic() - started:.0f} s: "
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
    rng, kills_done = random.Random(7), 0
    command = [sys.executable, "-m", "benchmarks.watch.worker", str(archive), str(state)]
    while True:
        process = subprocess.Popen(command)
        try:
            if process.wait(timeout=rng.uniform(5, 25) if kills_done < kills else None) == 0:
                return kills_done
            raise SystemExit(f"the worker failed at {state.read_text()}")
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills_done += 1


def report(connection: Connection, archive: Path, sources: int, kills: int) -> None:
    captures, versions = (
        connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("capture", "version")
    )
    visits = Counter(run.outcome.value for run in run_history.runs(connection))
    print(f"{sum(visits.values())} visits {dict(visits)}, {captures} captures, {versions} versions")
    catalogued = set(connection.scalars(text("SELECT id FROM capture")))
    captured_ids = [
        exchange.id
        for path in sorted((archive / "warc").rglob("*.warc.gz"))
        for exchange in read_exchanges(path, warc=path.relative_to(archive / "warc").as_posix())
        if exchange.capture() is not None
    ]
    check(
        "every exchange in the WARC files is in the catalogue once",
        len(captured_ids) == len(set(captured_ids)) and set(captured_ids) == catalogued,
        f"{len(captured_ids)} and {len(catalogued)}",
    )
    lost, waiting, wrong, checked = check_statements(connection, sources)
    detail = f"{checked} statements, {len(lost)} lost {lost[:3]}, {waiting} still to be asked again"
    check("no statement is lost", not lost, detail)
    check("every sighting is what the site said then", not wrong, f"{len(wrong)} wrong {wrong[:3]}")
    check_alerts(connection, archive, kills)
    check_removals(connection, sources)
    check_status(archive)


def check(what: str, good: bool, detail: str) -> None:
    print(f"{'ok    ' if good else 'FAILED'} {what}: {detail}")


def check_statements(connection: Connection, sources: int) -> tuple[list[str], int, list[str], int]:
    """Compare the stored statements with what the sites said.

    A page that answered every request with an error is not lost while it is listed as never
    captured: it will be requested again.
    """
    end = world.START + timedelta(days=world.DAYS)
    faulty = {*world.BLOCKED_FROM, *world.DEAD, *world.REDESIGNED}
    lost, wrong, waiting, checked = [], [], 0, 0
    listed_urls = set(connection.scalars(text("SELECT url FROM listed")))
    failed_urls = set(
        connection.scalars(text("SELECT url FROM capture WHERE outcome = 'server-error'"))
    )
    for number in range(1, sources + 1):
        publisher = world.Publisher(number)
        published = dict(publisher.published(end))
        rows = connection.execute(
            text(
                "SELECT statement.identifier, version.text, capture.captured FROM sighting"
                " JOIN version ON version.id = sighting.version"
                " JOIN statement ON statement.id = version.statement"
                " JOIN capture ON capture.id = sighting.capture WHERE statement.source = :name"
            ),
            {"name": publisher.name},
        ).all()
        for identifier, text_stored, captured in rows:
            n = int(identifier)
            possible_texts = {
                publisher.text_of(n, published[n], when)
                for when in true_times(parse_moment(captured))
            }
            if text_stored not in possible_texts:
                wrong.append(f"p{number}/{n} at {captured}")
        stored = {int(row[0]) for row in rows}
        for n, when in published.items():
            # The oldest listed one may have dropped off the list before a good capture.
            was_listed = n > 10 - world.LISTED
            if number not in faulty and was_listed and when < end - timedelta(days=3):
                checked += 1
                if n in stored:
                    continue
                if f"https://p{number}.example/s/{n}" in listed_urls & failed_urls:
                    waiting += 1
                else:
                    lost.append(f"p{number}/{n}")
    return lost, waiting, wrong, checked


def true_times(clock_time: datetime) -> list[datetime]:
    """Return the possible true times: the clock showed one time twice, days apart."""
    wrong = timedelta(days=world.JUMP[1])
    jumped = world.START + timedelta(days=world.JUMP[0]) + wrong
    return [clock_time, clock_time - wrong] if clock_time == jumped else [clock_time]


def check_alerts(connection: Connection, archive: Path, kills: int) -> None:
    sent = [str(alert.seq) for alert in alert_queue.alerts(connection)]
    received = (archive / "received.txt").read_text().split()
    distinct = list(dict.fromkeys(received))
    repeats = len(received) - len(distinct)
    check(
        "every alert arrived, in order",
        distinct == sent,
        f"{len(sent)} alerts, {len(distinct)} arrived",
    )
    check(
        "a message is repeated only by a kill between sending and recording",
        repeats <= kills,
        f"{repeats} repeated",
    )
    feed = json.loads((archive / "feed.json").read_text())
    numbers = [item["_onrecord"]["alert"] for item in feed["items"]]
    check(
        "the feed has the latest alerts once",
        numbers == [int(n) for n in sent[-100:]][::-1],
        f"{len(numbers)} items",
    )
    keys = Counter(
        (alert.statement, alert.before, alert.after, alert.capture_after)
        for alert in news_items.news(connection, kinds=["edit"])
    )
    check("every edit is news once", all(n == 1 for n in keys.values()), f"{len(keys)} edits")


def check_removals(connection: Connection, sources: int) -> None:
    """Compare the statements reported gone with those that are.

    The fourteen days begin at the first attempt in vain: older pages are rechecked every few days.
    One day more is for the attempt that completes them.
    """
    end = world.START + timedelta(days=world.DAYS)
    first_gone = {
        url: parse_moment(captured)
        for url, captured in connection.execute(
            text("SELECT url, min(captured) FROM capture WHERE outcome = 'gone' GROUP BY url")
        )
    }
    expected = set()
    for number in range(1, sources + 1):
        publisher = world.Publisher(number)
        for n, published_at in publisher.published(end):
            first_attempt = first_gone.get(f"https://p{number}.example/s/{n}", end)
            if publisher.withdrawn(n, published_at) and first_attempt < end - timedelta(days=15):
                expected.add(f"p{number}:{n}")
    reported = {item.statement for item in news_items.news(connection, kinds=["gone"])}
    check(
        "what is gone is said to be gone, and nothing else",
        expected <= reported
        and all(int(item.partition(":")[0][1:]) % 50 == 0 for item in reported),
        f"{len(expected)} gone, {len(reported)} said",
    )


def check_status(archive: Path) -> None:
    """Check that `status` named each fault while it lasted."""
    kinds_by_name: dict[str, set[str]] = {}
    for line in (archive / "status.jsonl").read_text().splitlines():
        report = json.loads(line)
        kinds_by_name.setdefault("archive", set()).update(report["archive"])
        if datetime.fromisoformat(report["true"]) == world.START + timedelta(days=world.JUMP[0]):
            continue  # the clock is wrong by days: so is every silence
        for source, kinds in report["sources"].items():
            kinds_by_name.setdefault(source, set()).update(kinds)
    expected = {f"p{n}": {"blocked"} for n in world.BLOCKED_FROM}
    expected |= {f"p{n}": {"dead"} for n in world.DEAD}
    expected |= {f"p{n}": {"drift"} for n in world.REDESIGNED}
    expected |= {f"p{n}": {"silent"} for n in world.SILENT}
    expected["archive"] = {"clock", "disk-refused", "killed"}
    for name, kinds in expected.items():
        check(
            f"status names it: {name}",
            kinds <= kinds_by_name.get(name, set()),
            f"expected {sorted(kinds)}, named {sorted(kinds_by_name.get(name, set()))}",
        )
    severe = {"blocked", "dead", "drift", "silent", "short"}
    unexpected = {
        w: k & severe for w, k in kinds_by_name.items() if w not in expected and k & severe
    }
    check(
        "status names nobody else so",
        not unexpected,
        f"{len(unexpected)} others {dict(list(unexpected.items())[:5])}",
    )


def digest(connection: Connection) -> tuple[object, ...]:
    rows = connection.execute(
        text("SELECT id, capture, first_seen, last_seen, text_sha256 FROM version ORDER BY id")
    )
    return tuple(tuple(row) for row in rows)


if __name__ == "__main__":
    main()
