"""The log vouches for each line of links.jsonl, by its number: the links that persons confirmed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from archive.atomic_files import replace_file, storage_errors
from archive.log.entries import canonical_json
from archive.log.signed_log import Log
from archive.statement_links import StatementLink, append_line, lines_without, link_line
from archive.verification_finding import Finding, failed_finding
from archive.vouching import vouching_entry
from archive.vouching.row_kinds import link_row
from archive.vouching.vouched_row import withdrawn_row
from archive.vouching.vouching_entry import LINKS, vouching_entries

NAME = "links.jsonl"


def add_vouched_link(path: Path, link: StatementLink, log: Log, *, withdrawn: bool = False) -> None:
    """Append that `link` was confirmed, or withdrawn, after the log has it; sign the log.

    Nobody else may add one meanwhile.
    """
    line = link_line(link, withdrawn=withdrawn)
    row = link_row(line, len(_lines(path)) + 1)
    log.append(vouching_entries(LINKS, [row], datetime.now(UTC)))
    append_line(path, line)
    log.checkpoint()


def adopt_links(path: Path, log: Log) -> None:
    """Vouch for the lines that an earlier onrecord wrote."""
    rows = [link_row(line, number) for number, line in enumerate(_lines(path), 1)]
    if rows:
        log.append(vouching_entries(LINKS, rows, datetime.now(UTC), adopted=True))


def forget_links(path: Path, is_erased: Callable[[str], bool], log: Log) -> None:
    """Remove the links from or to statements that are erased. It may be repeated after a crash.

    The log vouches for the lines that stay, by their new numbers, before the file is replaced.
    """
    kept, removed = lines_without(path, is_erased)
    if not removed:
        return
    rows = [link_row(line, number) for number, line in enumerate(kept, 1)]
    rows += [
        withdrawn_row(link_row("", number).key)
        for number in range(len(kept) + 1, len(kept) + removed + 1)
    ]
    log.append(vouching_entries(LINKS, rows, datetime.now(UTC)))
    replace_file(path, "".join(f"{line}\n" for line in kept).encode())


def verify_links(path: Path, folder: Path) -> Iterator[Finding]:
    """Yield a failure for each line that is not as the log vouches for, or that is missing.

    `folder` is the log's. Of an archive for which it vouches for nothing yet, nothing is required.
    """
    logged: dict[bytes, bytes] = {}
    with Log.open_for_reading(folder) as log:
        if log.last_of_kind(vouching_entry.KIND) is None:
            return
        for _, entry in log.entries_with(canonical_json({"catalogue": LINKS})[1:-1]):
            if entry.kind == vouching_entry.KIND:
                logged.update(vouching_entry.rows_of(entry))
    for number, line in enumerate(_lines(path), 1):
        row = link_row(line, number)
        expected = logged.pop(row.key, None)
        if expected is None:
            detail = f"line {number}: nothing in the log vouches for it"
            yield failed_finding(NAME, "vouched", detail)
        elif expected != row.digest:
            detail = f"line {number}: not as the log vouches for"
            yield failed_finding(NAME, "vouched", detail)
    if logged:
        detail = f"{len(logged)} lines that the log vouches for are missing"
        yield failed_finding(NAME, "vouched", detail)


def _lines(path: Path) -> list[str]:
    with storage_errors(path):
        if not path.exists():
            return []
        return path.read_bytes().decode("utf-8", "surrogateescape").splitlines()
