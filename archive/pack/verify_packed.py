"""Verify a pack as it was handed over: its folder, or its ZIP file."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import IO

from archive.atomic_files import storage_errors
from archive.log.signed_notes import PublicKey
from archive.pack import verify_pack
from archive.pack.verify_pack import BadPackError, Line

_MAX_UNPACKED_BYTES = 4 << 30
_MAX_FILES = 10_000


def verify_packed(path: Path, key: PublicKey | None) -> Iterator[Line]:
    """Yield what each check of the pack at `path` says, up to the first that fails.

    `key` is the one that the archive has published: another key of the pack fails. StorageError
    where `path` cannot be read.
    """
    if path.is_dir() and not path.is_symlink():
        yield from _verify_folder(path, key)
        return
    with TemporaryDirectory(prefix="onrecord-") as unpacked:
        try:
            with storage_errors(path), path.open("rb") as file:
                _unpack(file, Path(unpacked))
            notes, folder = _find_pack(Path(unpacked))
        except BadPackError as error:
            yield Line("FAIL", "files", str(error), error.remedy)
            return
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
            detail = f"{path.name} is no whole ZIP file: {error}"
            yield Line("FAIL", "files", detail, verify_pack.GET_IT_AGAIN)
            return
        yield from (Line("note", "files", note) for note in notes)
        yield from _verify_folder(folder, key)


def _verify_folder(folder: Path, key: PublicKey | None) -> Iterator[Line]:
    for line in verify_pack.check_pack(folder):
        yield line
        if line.remedy:
            return
    own = verify_pack.Pack(folder).read_key("keys/pack.pem")
    if key is None:
        detail = f"compare it with what the archive has published: {own.hex()}"
        yield Line("note", "key", detail)
    elif key.raw == own:
        yield Line("ok", "key", "it is the one that you named")
    else:
        detail = f"signed by the key {own.hex()}, not by the one that you named"
        yield Line("FAIL", "key", detail, "do not rely on this pack: another archive made it")


def _unpack(file: IO[bytes], folder: Path) -> None:
    """Unpack a ZIP file into `folder`; BadPackError for what no pack has in it."""
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > _MAX_FILES or sum(m.file_size for m in members) > _MAX_UNPACKED_BYTES:
            raise BadPackError("the ZIP file is larger than any pack")
        names = [member.filename.rstrip("/") for member in members]
        for member, name in zip(members, names, strict=True):
            shown = verify_pack.UNPRINTABLE.sub("?", name)
            if stat.S_ISLNK(member.external_attr >> 16):
                raise BadPackError(f"{shown} is a symbolic link: a pack has none")
            parts = PurePosixPath(name).parts
            if not parts or name.startswith("/") or {"..", "."} & set(parts) or "\\" in name:
                raise BadPackError(f"{shown} was added: no file of a pack has such a name")
            if names.count(name) > 1:
                raise BadPackError(f"{shown} is in the ZIP file twice")
            path = folder.joinpath(*parts)
            try:
                if member.is_dir():
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, path.open("xb") as target:
                    copyfileobj(source, target)
            except (FileExistsError, NotADirectoryError) as error:
                raise BadPackError(f"{shown} is a file and a folder at once") from error
            except RuntimeError as error:  # zipfile's word for a member that is encrypted
                raise BadPackError(f"{shown} cannot be unpacked: {error}") from error


def _find_pack(folder: Path) -> tuple[list[str], Path]:
    """Return the folder of the pack in an unpacked ZIP file, and notes on what lies beside it.

    A ZIP file made anew by a file manager has the pack's folder in it, and its own beside that.
    """
    if (folder / "SHA256SUMS").exists():
        return [], folder
    packs = [path for path in folder.iterdir() if (path / "SHA256SUMS").is_file()]
    if len(packs) != 1:
        raise BadPackError("SHA256SUMS is missing")
    notes = []
    for path in sorted(folder.rglob("*")):
        if path == packs[0] or packs[0] in path.parents:
            continue
        name = path.relative_to(folder).as_posix()
        shown = verify_pack.UNPRINTABLE.sub("?", name)
        if not verify_pack.is_left_by_file_manager(name, path.lstat().st_mode):
            raise BadPackError(f"{shown} was added beside the pack", remedy=verify_pack.REMOVE)
        notes.append(f"{shown} is no part of the pack: a file manager left it here")
    return notes, packs[0]
