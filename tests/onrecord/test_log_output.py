"""What -v and -vv write on stderr, and what they never write."""

import ast
import json
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.models import Role
from onrecord.log_output import PACKAGES, log_to_stderr
from scrapers.fetch.fetch_policy import FetchPolicy
from scrapers.fetch.http_client import NetworkFetcher
from tests.conftest import Run, packed_editions
from tests.support.http_publisher import SteppingClock, serve_publisher
from tests.support.paths import ROOT, SAMPLE
from tests.support.warc_files import http_response, open_store

LOG_LINE = re.compile(
    r"\d\d:\d\d:\d\d (info|debug) (archive|index|onrecord|scrapers)[a-z0-9_.]*: .+"
)

# Every module that acts: network, files, processes, database writes, index commits, deliveries.
ACTING_MODULES = [
    "archive/backup/copy_archive",
    "archive/catalogue/stored_texts/write_texts",
    "archive/catalogue/vouched/adopt_rows",
    "archive/log/joined_logs",
    "onrecord/collect/imports/import_archive_folder",
    "archive/catalogue/copy_on_rebuild",
    "archive/catalogue/database",
    "archive/catalogue/migrate",
    "archive/catalogue/removal/remove_mentions",
    "archive/catalogue/remove_captures",
    "archive/catalogue/write_rows",
    "archive/exports/bagit",
    "archive/exports/jsonl",
    "archive/exports/wacz",
    "archive/integrity/erase_records",
    "archive/integrity/fixity",
    "archive/integrity/repair",
    "archive/integrity/restore_log",
    "archive/log/entry_file",
    "archive/log/signed_log",
    "archive/pack/write_pack",
    "archive/sandbox/sandbox",
    "archive/timestamps/authorities",
    "archive/timestamps/opentimestamps",
    "archive/timestamps/renewal",
    "archive/timestamps/rfc3161",
    "archive/warc/write/crash_recovery",
    "archive/warc/write/growing_file",
    "archive/warc/write/received_exchanges",
    "archive/warc/write/store",
    "index/engines/whoosh",
    "index/open_engine",
    "index/phrases/segments/index_folder",
    "index/phrases/segments/segment_writer",
    "index/sync_with_catalogue",
    "onrecord/changes/detect_changes",
    "onrecord/collect/backfill",
    "onrecord/collect/ingest_missing",
    "onrecord/collect/crawl",
    "onrecord/collect/imports/import_archives",
    "onrecord/collect/imports/import_collection",
    "onrecord/collect/ingest",
    "onrecord/collect/open_evidence",
    "onrecord/collect/rebuild",
    "onrecord/collect/record_rereadings",
    "onrecord/collect/run_sources",
    "onrecord/collect/collection_lines",
    "onrecord/erasure/finish_erasure",
    "onrecord/erasure/withhold_erased",
    "onrecord/evidence/erase_statement",
    "onrecord/evidence/pack",
    "onrecord/evidence/witness",
    "onrecord/monitor/gather_health",
    "onrecord/quarantine/decisions",
    "onrecord/run/graceful_stop",
    "onrecord/run/parallel_visits",
    "onrecord/run/run_due",
    "onrecord/run/run_loop",
    "onrecord/schedule/install",
    "onrecord/watch/alerts",
    "onrecord/watch/channels/feed_files",
    "onrecord/watch/deliver",
    "onrecord/web/serve/server",
    "scrapers/fetch/http_client",
    "scrapers/fetch/service_request",
    "scrapers/replay/replay_fetcher",
    "scrapers/fetch/request",
    "scrapers/fetch/response",
    "scrapers/fetch/robots",
    "scrapers/fetch/throttle",
]


@pytest.fixture
def sample(run: Run, archive_folder: Path) -> Run:
    """Run the tool on an archive that has the sample publisher's source and no capture yet."""
    run("init")
    shutil.copy(SAMPLE / "meridian_panel.toml", archive_folder / "sources")
    return run


def is_log(line: str) -> bool:
    return LOG_LINE.fullmatch(line) is not None


def log_lines(stderr: str, level: str) -> list[str]:
    """Return the messages of one level, each after its module's name."""
    lines = (line.split(" ", 2) for line in stderr.splitlines() if is_log(line))
    return [text for _, line_level, text in lines if line_level == level]


def test_v_shows_each_step_of_a_scrape(sample: Run) -> None:
    stderr = sample("-v", "scrape", "meridian_panel", "--from", packed_editions()).stderr

    steps = "\n".join(log_lines(stderr, "info"))
    for step in (
        r"archive\.warc\.write\.store: opened the WARC file onrecord-\d+-[0-9a-f]+\.warc\.gz",
        r"scrapers\.replay\.replay_fetcher: panel\.meridian\.example: ok, status 200, 536 bytes",
        r"scrapers\.replay\.replay_fetcher: panel\.meridian\.example: gone, status 404, 74 bytes",
        r"onrecord\.collect\.crawl: meridian_panel: 7 captures ingested, 4 new versions",
        r"archive\.warc\.write\.store: closed the WARC file .*: \d+ bytes",
        r"index\.engines\.whoosh: index committed: 8 documents in 1 new segments",
    ):
        assert re.search(f"^{step}$", steps, re.MULTILINE), step
    assert "https://" not in steps
    assert log_lines(stderr, "debug") == []


def test_vv_shows_the_details_too(sample: Run) -> None:
    stderr = sample("-vv", "scrape", "meridian_panel", "--from", packed_editions()).stderr

    details = "\n".join(log_lines(stderr, "debug"))
    assert log_lines(stderr, "info")
    assert "https://panel.meridian.example/statements/pd-2024-8.html is capture urn:" in details
    assert "index: wrote a segment of 8 documents" in details


def test_without_v_nothing_is_logged(sample: Run) -> None:
    stderr = sample("scrape", "meridian_panel", "--from", packed_editions()).stderr

    assert "3 new statements" in stderr
    assert not any(is_log(line) for line in stderr.splitlines())


def test_nothing_is_logged_after_a_command_with_vv(sample: Run) -> None:
    sample("-vv", "scrape", "meridian_panel", "--from", packed_editions())

    assert not any(is_log(line) for line in sample("rebuild").stderr.splitlines())


@pytest.mark.parametrize("option", ["-v", "-vv"])
def test_stdout_is_the_same_with_and_without_v(
    sample: Run, archive_folder: Path, option: str
) -> None:
    command = ("scrape", "meridian_panel", "--from", packed_editions(), "--json")
    untouched = archive_folder.with_name("untouched")
    shutil.copytree(archive_folder, untouched)
    without_v = sample(*command).stdout_bytes
    shutil.rmtree(archive_folder)
    untouched.rename(archive_folder)

    assert without_v
    assert sample(option, *command).stdout_bytes == without_v


def test_vv_shows_no_word_of_queries_quotations_and_statements(run: Run, tmp_path: Path) -> None:
    words = ("zorblat", "quivvered", "mumbrenia", "frabjous", "unsaid")
    text = "The zorblat quivvered over Mumbrenia for eleven days."
    line = {"id": "t:1", "source": "desk", "title": "Frabjous", "lang": "en", "text": text}
    (tmp_path / "texts.jsonl").write_text(json.dumps(line))
    (tmp_path / "article.txt").write_text(f"He wrote: “{text}” and “all the unsaid things here”.")
    run("init")

    logged = ""
    for command in (
        ("import", tmp_path / "texts.jsonl"),
        ("search", "zorblat OR unsaid"),
        ("search", '"quivvered over Mumbrenia"'),
        ("search", '"unsaid'),
        ("check", tmp_path / "article.txt"),
        ("cite", "t:1", "--quote", "quivvered over Mumbrenia"),
        ("watch", "add", "zorblat unsaid"),
        ("rebuild",),
    ):
        result = run("-vv", *command)
        logged += "".join(f"{line}\n" for line in result.stderr.splitlines() if is_log(line))

    assert "index committed: 1 documents" in logged
    assert not [word for word in words if word in logged.lower()]


def test_a_request_is_logged_without_keys_and_logins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        serve_publisher() as publisher,
        open_store(tmp_path / "warc") as store,
        log_to_stderr(details=True),
    ):
        publisher.pages["/robots.txt"] = http_response(b"User-agent: *\nDisallow: /private")
        publisher.pages["/list?key=4f2a"] = http_response(b"<p>Listed.</p>")
        policy = FetchPolicy(
            user_agent="test", allowed_addresses=frozenset({("127.0.0.1", publisher.port)})
        )
        with closing(NetworkFetcher(store, policy, clock=SteppingClock())) as fetcher:
            for path in ("/list?key=4f2a", "/private/page"):
                fetcher.fetch(publisher.url(path), source="desk", role=Role.PAGE)
            fetcher.fetch("http://me:hush@127.0.0.1/", source="desk", role=Role.PAGE)
            fetcher.fetch("http://[", source="desk", role=Role.PAGE)

    lines = capsys.readouterr().err
    assert "info scrapers.fetch.http_client: 127.0.0.1: ok, status 200, 14 bytes\n" in lines
    assert "info scrapers.fetch.http_client: 127.0.0.1: refused-by-robots, status none" in lines
    assert f"robots.txt allows {publisher.url('/list?…')}\n" in lines
    assert f"robots.txt disallows {publisher.url('/private/page')}\n" in lines
    assert re.search(r"throttle: waiting 1\.\d s before the next request to 127\.0\.0\.1\n", lines)
    assert "4f2a" not in lines
    assert "hush" not in lines


def test_a_line_break_in_a_message_begins_no_second_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with log_to_stderr(details=False):
        logging.getLogger("archive.test").info("%s", "file\n12:00:00 info archive.log: forged")

    assert capsys.readouterr().err.count("\n") == 1


def test_libraries_stay_quiet_under_vv(capsys: pytest.CaptureFixture[str]) -> None:
    with log_to_stderr(details=True):
        for library in ("urllib3", "trafilatura", "htmldate", "uvicorn.access"):
            logging.getLogger(library).info("not for users")

    assert capsys.readouterr().err == ""


def test_the_modules_that_act_have_a_logger_and_no_others() -> None:
    with_logger = {
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path, tree in program_modules()
        if any(ast.unparse(node) == "logger = logging.getLogger(__name__)" for node in tree.body)
    }

    assert with_logger == set(ACTING_MODULES)


def test_every_log_message_is_a_constant_with_lazy_arguments() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, tree in program_modules()
        for call in log_calls(tree)
        if not isinstance(call.args[0], ast.Constant)
        or call.keywords
        or any(isinstance(part, ast.JoinedStr) for arg in call.args for part in ast.walk(arg))
    ]

    assert wrong == []


def test_the_program_logs_at_two_levels_only() -> None:
    levels = {
        call.func.attr
        for _, tree in program_modules()
        for call in log_calls(tree)
        if isinstance(call.func, ast.Attribute)
    }

    assert levels == {"info", "debug"}


def program_modules() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Yield the calls of any method of `logger` that logs."""
    methods = {"debug", "info", "warning", "error", "critical", "exception", "log"}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in methods
            and ast.unparse(node.func.value) in ("logger", "logging")
        ):
            yield node
