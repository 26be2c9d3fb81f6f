"""The manifest: no file in an index folder can run code or pass for another kind of file."""

import json
import os
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from whoosh.index import TOC, create_in

from archive.errors import FormatError
from index.engines.whoosh import WhooshEngine
from index.phrases.format import manifest
from index.phrases.format.quick_digest import quick_digest
from index.phrases.segments.whoosh_codec import schema
from index.query_parser import parse
from tests.support.index_documents import statement

ANY = parse('"words"')


class Bomb:
    """An object that runs code when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self._path),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    WhooshEngine(folder).update([statement("some words")], state="first")
    return folder


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_crafted_whoosh_table_beside_the_manifest_is_never_loaded(
    folder: Path, tmp_path: Path
) -> None:
    marker = tmp_path / "bomb went off"
    forged = TOC(schema(), [Bomb(marker)], 99)
    create_in(str(tmp_path), schema(), "scratch")
    from whoosh.filedb.filestore import FileStorage

    forged.write(FileStorage(str(folder)), "statements")
    forged.write(FileStorage(str(folder)), "MAIN")

    engine = WhooshEngine(folder)
    engine.update([statement("more words", "b")])
    engine.merge_segments()

    assert engine.search(ANY).total == 2
    assert not marker.exists()


@pytest.mark.parametrize("ending", ["", ".phrases"])
def test_a_pickle_in_place_of_our_files_is_refused_unread(
    folder: Path, tmp_path: Path, ending: str
) -> None:
    marker = tmp_path / "bomb went off"
    path = next(folder.glob(f"*{ending}")) if ending else folder / manifest.NAME
    path.write_bytes(pickle.dumps(Bomb(marker)))

    with pytest.raises(FormatError):
        WhooshEngine(folder).search(ANY)
    assert not marker.exists()


def test_no_operation_on_an_index_unpickles_anything(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("unpickled")

    for module in ("pickle", "whoosh.index.pickle", "whoosh.filedb.structfile"):
        target = f"{module}.load_pickle" if module.endswith("structfile") else f"{module}.loads"
        monkeypatch.setattr(target, refuse)
    monkeypatch.setattr("pickle.load", refuse)
    monkeypatch.setattr("pickle.Unpickler", refuse)

    engine = WhooshEngine(folder)
    engine.update([statement("more words", "b")])
    engine.merge_segments()
    assert engine.search(ANY).total == 2


@pytest.mark.parametrize("key", sorted(manifest.FINGERPRINT))
def test_an_index_of_other_versions_asks_to_be_rebuilt_and_then_is(folder: Path, key: str) -> None:
    rewrite(folder, fingerprint=manifest.FINGERPRINT | {key: "0"})
    engine = WhooshEngine(folder)

    assert engine.state() == ""
    with pytest.raises(FormatError, match=f"made with {key} 0, expected .*; rebuild the index"):
        engine.search(ANY)

    engine.update([statement("other words", "b")], state="anew")

    assert engine.search(ANY).total == 1
    assert engine.state() == "anew"


@pytest.mark.parametrize(
    "segment",
    [
        {"name": "../../etc/passwd", "documents": 1, "deleted": []},
        {"name": "statements_abcdefghijkl", "documents": "1", "deleted": []},
        {"name": "statements_abcdefghijkl", "documents": 1, "deleted": [7]},
        {"name": "statements_abcdefghijkl", "documents": 1, "deleted": [-1]},
        {"documents": 1},
        "statements_abcdefghijkl",
    ],
)
def test_a_manifest_with_invalid_segments_is_refused(folder: Path, segment: object) -> None:
    rewrite(folder, segments=[segment])

    with pytest.raises(FormatError, match="expected a table of segments"):
        WhooshEngine(folder).search(ANY)


def test_a_segment_that_is_missing_or_truncated_is_an_error_not_an_empty_answer(
    folder: Path,
) -> None:
    path = next(folder.glob("*.phrases"))
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(FormatError, match="rebuild the index"):
            WhooshEngine(folder).search(ANY)
    path.unlink()
    with pytest.raises(FormatError, match="missing; rebuild the index"):
        WhooshEngine(folder).search(ANY)


def test_a_hit_whose_text_has_other_words_is_an_error(folder: Path) -> None:
    path = next(folder.glob("*.phrases"))
    original = path.read_bytes()
    # The vocabulary now says that the second word is "worlt"; the stored text knows better.
    assert original.count(b"\nsome\nwords\n") == 1
    path.write_bytes(original.replace(b"\nsome\nwords\n", b"\nsome\nworlt\n"))
    contents = manifest.read(folder)  # as if it had been written so
    (entry,) = contents.segments
    entry = replace(entry, quick=quick_digest(path))
    manifest.write(folder, replace(contents, segments=(entry,)))

    with pytest.raises(FormatError, match="other words in its text than in the index"):
        WhooshEngine(folder).search(parse('"worlt"'))
