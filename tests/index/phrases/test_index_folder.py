"""Whoosh over phrase columns: writers, readers, merges, crashes."""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from whoosh.index import LockError
from whoosh.reading import IndexReader

from index.engines.whoosh import WhooshEngine
from index.phrases.format import manifest
from index.phrases.segments.index_folder import PhraseIndex
from index.phrases.segments.whoosh_codec import FIELD
from index.query_parser import parse
from tests.support.counts import sampled
from tests.support.index_documents import statement


@pytest.fixture
def index(tmp_path: Path) -> PhraseIndex:
    return PhraseIndex(tmp_path)


def add(index: PhraseIndex, *texts: str) -> None:
    writer = index.writer()
    for text in texts:
        writer.add_document(**{FIELD: statement(text, text)})
    writer.commit()


def stored_statements(reader: IndexReader) -> dict[int, str]:
    """Return the statement of each document that is not deleted, by document number."""
    return {
        base + number: leaf.column_reader(FIELD, translate=False)[number].document().statement
        for leaf, base in reader.leaf_readers()
        for number in range(leaf.doc_count_all())
        if not leaf.is_deleted(number)
    }


def test_whooshs_own_writer_adds_merges_and_deletes(index: PhraseIndex) -> None:
    for text in ("we want peace", "no war here", "peace not war"):
        add(index, text)
    with index.reader() as reader:
        numbers = {name: number for number, name in stored_statements(reader).items()}
    assert sorted(numbers) == ["no war here", "peace not war", "we want peace"]

    writer = index.writer()
    writer.delete_document(numbers["we want peace"])
    writer.commit(optimize=True)

    with index.reader() as reader:
        assert reader.doc_count_all() == 2
        assert sorted(stored_statements(reader).values()) == ["no war here", "peace not war"]
    (hit,) = WhooshEngine(index.folder).search(parse("peace")).hits
    assert hit.statement == "peace not war"


def test_a_reader_opened_before_a_merge_goes_on_reading_what_it_read(
    index: PhraseIndex,
) -> None:
    add(index, "we want peace")
    add(index, "peace not war")
    reader = index.reader()

    index.optimize()

    assert len(list(index.folder.glob("*.phrases"))) == 1
    assert sorted(stored_statements(reader).values()) == ["peace not war", "we want peace"]


def test_an_engine_open_during_a_merge_goes_on_answering(tmp_path: Path) -> None:
    reader, writer = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    for number in range(4):
        writer.update([statement("peace", f"s{number}")])
    snapshot = reader._snapshot()

    writer.merge_segments()

    assert len(writer._snapshot().views) == 1
    assert sum(view.segment.document_count for view in snapshot.views) == 4
    assert [view.segment.document(0).text for view in snapshot.views] == ["peace"] * 4
    assert reader.search(parse("peace")).total == 4


def test_segments_are_mapped_not_copied_into_memory(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.update([statement("word " * 400_000, f"s{number}") for number in range(5)])
    size = sum(path.stat().st_size for path in tmp_path.glob("*.phrases"))
    before = _private_bytes()

    reader = WhooshEngine(tmp_path)
    assert reader.search(parse('"never said"')).total == 0

    assert size > 5_000_000
    assert _private_bytes() - before < size // 4


def _private_bytes() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def test_a_commit_that_fails_lets_go_of_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = WhooshEngine(tmp_path)
    with monkeypatch.context() as patch:

        def refuse(*arguments: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(manifest, "write", refuse)
        with pytest.raises(Exception, match="No space left on device"):
            engine.update([statement("lost")])

    engine.update([statement("peace")])
    assert engine.search(parse("peace")).total == 1
    assert len(list(tmp_path.glob("*.phrases"))) == 1


def test_everything_is_on_the_disk_before_it_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        steps.append(Path(f"/proc/self/fd/{handle}").readlink().suffix)
        sync(handle)

    def replacing(path: Path, target: Path) -> Path:
        steps.append("committed")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replacing)
    WhooshEngine(tmp_path).update([statement("peace")])

    assert steps == [".phrases", ".new", "committed", ""]


def test_a_second_writer_is_refused_while_the_first_writes(index: PhraseIndex) -> None:
    first = index.writer()
    with pytest.raises(LockError):
        index.writer()
    first.abandon()
    index.writer().abandon()


def _write_for_ever(folder: Path, start: int) -> None:
    engine = WhooshEngine(folder)
    number = start
    while True:
        number += 1
        names = [f"s{number}-{n}" for n in range(3)]
        documents = [statement(f"peace number {number}", name) for name in names]
        engine.update(documents, removed=[f"s{number - 3}-0@1#statement"], state=str(number))
        if number % 7 == 0:
            engine.merge_segments()


def test_killed_at_any_point_the_last_commit_is_there_and_whole(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    last = 0
    for attempt in range(sampled(4, 8)):
        process = context.Process(target=_write_for_ever, args=(tmp_path, last))
        process.start()
        while (manifest.read(tmp_path).generation) < last + 2 + attempt:
            if not process.is_alive():
                raise AssertionError("the writer ended by itself")
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()

        engine = WhooshEngine(tmp_path)
        state = int(engine.state())
        assert state >= last
        last = state
        results = engine.search(parse(f'"peace number {state}"'), limit=100)
        assert results.total == 3
        everything = engine.search(parse("peace"), limit=1000, collapse=False)
        assert everything.total == len(everything.hits) == engine.count()
    engine.update([statement("after all", "z")])
    assert engine.search(parse('"after all"')).total == 1
    names = {path.stem for path in tmp_path.glob("*.phrases")}
    assert names == {entry.name for entry in manifest.read(tmp_path).segments}


def _write_some(folder: Path, name: str) -> None:
    engine = WhooshEngine(folder)
    for number in range(6):
        engine.update([statement(f"peace {name}", f"{name}{number}")])


def test_several_processes_write_and_nothing_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_some, args=(tmp_path, name)) for name in "abc"]
    for writer in writers:
        writer.start()
    reader = WhooshEngine(tmp_path)
    counts = list(_counts_until_done(reader, writers))

    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert counts == sorted(counts)
    assert reader.search(parse("peace")).total == 18
    assert reader.search(parse('"peace b"')).total == 6


def _counts_until_done(
    reader: WhooshEngine, writers: Sequence[multiprocessing.process.BaseProcess]
) -> Iterator[int]:
    while any(writer.is_alive() for writer in writers):
        yield reader.search(parse("peace")).total
    for writer in writers:
        writer.join()


def test_documents_deleted_while_a_merge_is_made_stay_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    for number in range(4):
        engine.update([statement("peace", f"s{number}")])
    swap = WhooshEngine._swap

    def late(self: WhooshEngine, *arguments: object) -> bool:
        monkeypatch.setattr(WhooshEngine, "_swap", swap)
        other.update([statement("war", "s1")], removed=["s2@1#statement"])
        return swap(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(WhooshEngine, "_swap", late)
    engine.merge_segments()

    assert sorted(hit.statement for hit in engine.search(parse("peace")).hits) == ["s0", "s3"]
    assert engine.search(parse("war")).total == 1
    assert not list(tmp_path.glob("*.merging"))
