"""What file managers, mail, git and strangers do to a pack, judged alike by every verifier."""

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.log import keys
from archive.log.signed_notes import public_key
from onrecord.cli import cli
from tests.support.evidence_packs import (
    VerifierResult,
    archive_with_pack,
    posix_tools,
    verify_with,
    verify_with_python,
)

SHELLS = ["dash", "bash", "busybox", "mksh", "zsh"]
LIBRESSL = """#!/bin/sh
# LibreSSL's openssl, as macOS has it: it knows neither -rawin nor -attime.
for option; do
  case $option in
  -rawin | -attime) echo "unknown option '$option'"; echo "usage: $1 [options]"; exit 1 ;;
  esac
done >&2
exec {openssl} "$@"
"""
Verifier = Callable[[Path], VerifierResult]
Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive, _, pack = archive_with_pack(tmp_path_factory.mktemp("whole"), captures=9)
    archive.close()
    return pack


@pytest.fixture
def pack(tmp_path: Path, whole: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "a pack"))


@pytest.fixture(
    params=["sh", "python", *(pytest.param(shell, marks=pytest.mark.slow) for shell in SHELLS)]
)
def verify(request: pytest.FixtureRequest) -> Verifier:
    if request.param == "python":
        return verify_with_python
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    command = ["busybox", "sh"] if request.param == "busybox" else [request.param]
    return lambda folder: verify_with(command, folder)


def convert_to_crlf(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def make_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def replace_by_link(pack: Path, name: str) -> None:
    """Replace a file by a link to the same bytes elsewhere."""
    copy = pack.parent / "copy"
    shutil.move(pack / name, copy)
    (pack / name).symlink_to(copy)


def zip_folder_of_macos(pack: Path) -> None:
    (pack / "__MACOSX/keys").mkdir(parents=True)
    (pack / "__MACOSX/._statement.txt").write_bytes(b"\0\5\x16\7")
    (pack / "__MACOSX/keys/._log.pem").write_bytes(b"\0\5\x16\7")


STRANGERS: list[tuple[str, Change]] = [
    (".DS_Store", lambda pack: (pack / ".DS_Store").write_bytes(bytes(9))),
    ("keys/.DS_Store", lambda pack: (pack / "keys/.DS_Store").write_bytes(bytes(9))),
    ("._statement.txt", lambda pack: (pack / "._statement.txt").write_bytes(bytes(9))),
    ("Thumbs.db", lambda pack: (pack / "Thumbs.db").write_bytes(b"")),
    ("desktop.ini", lambda pack: (pack / "desktop.ini").write_bytes(bytes(9))),
    ("__MACOSX/keys/._log.pem", zip_folder_of_macos),
]
CHANGES: list[tuple[str, str, Change]] = [
    ("a file", "another.txt was added", lambda p: (p / "another.txt").write_text("x")),
    ("hidden", ".another was added", lambda p: (p / ".another").write_text("x")),
    ("an empty folder", "papers was added", lambda p: (p / "papers").mkdir()),
    ("nearly a stranger", "Thumbs.db.txt was added", lambda p: (p / "Thumbs.db.txt").touch()),
    ("a stranger's folder", ".DS_Store was added", lambda p: (p / ".DS_Store").mkdir()),
    (
        "in macOS's folder",
        "__MACOSX/read.txt",
        lambda p: zip_folder_of_macos(p) or (p / "__MACOSX/read.txt").touch(),
    ),
    ("a file as folder's name", "__MACOSX was added", lambda p: (p / "__MACOSX").touch()),
    ("spaces", "a b.txt was added: no file", lambda p: (p / "a b.txt").touch()),
    ("a line end in a name", "was added: no file", lambda p: (p / "a\nREADME.txt").touch()),
    ("letters turned round", "was added: no file", lambda p: (p / "\u202etxt.exe").touch()),
    ("no Unicode", "a?.txt was added", lambda p: (p / os.fsdecode(b"a\xff.txt")).touch()),
    ("a link", "zz-link is a symbolic link", lambda p: (p / "zz-link").symlink_to("/etc/hostname")),
    ("a dangling link", "zz is a symbolic link", lambda p: (p / "zz").symlink_to("nowhere")),
    (
        "a stranger's link",
        ".DS_Store is a symbolic link",
        lambda p: (p / ".DS_Store").symlink_to("x"),
    ),
    (
        "a linked text",
        "statement.txt is a symbolic link",
        lambda p: replace_by_link(p, "statement.txt"),
    ),
    ("a linked list", "SHA256SUMS is a symbolic link", lambda p: replace_by_link(p, "SHA256SUMS")),
    (
        "a linked verify.py",
        "verify.py is a symbolic link",
        lambda p: replace_by_link(p, "verify.py"),
    ),
    (
        "a linked verify.sh",
        "verify.sh is a symbolic link",
        lambda p: replace_by_link(p, "verify.sh"),
    ),
    ("a pipe", "pipe is neither a file nor a folder", lambda p: os.mkfifo(p / "pipe")),
    (
        "a folder for a file",
        "statement.txt was replaced by a folder",
        lambda p: make_folder(p / "statement.txt"),
    ),
    ("a folder for the list", "SHA256SUMS is missing", lambda p: make_folder(p / "SHA256SUMS")),
    ("no list", "SHA256SUMS is missing", lambda p: (p / "SHA256SUMS").unlink()),
    ("no signature", "SHA256SUMS.sig is missing", lambda p: (p / "SHA256SUMS.sig").unlink()),
    ("missing", "citation.txt is missing", lambda p: (p / "citation.txt").unlink()),
    ("emptied", "citation.txt is empty", lambda p: (p / "citation.txt").write_bytes(b"")),
    (
        "changed",
        "citation.txt is not as it was packed",
        lambda p: (p / "citation.txt").write_text("x"),
    ),
    (
        "CRLF in a text",
        "citation.txt has the line ends of Windows",
        lambda p: convert_to_crlf(p / "citation.txt"),
    ),
    (
        "CRLF in the list",
        "SHA256SUMS has the line ends of Windows",
        lambda p: convert_to_crlf(p / "SHA256SUMS"),
    ),
    ("an empty list", "SHA256SUMS is empty", lambda p: (p / "SHA256SUMS").write_bytes(b"")),
    ("two changes", "index is missing", lambda p: ((p / "index").unlink(), (p / "proof").unlink())),
]


@pytest.mark.parametrize(("name", "leave"), STRANGERS, ids=[name for name, _ in STRANGERS])
def test_what_a_file_manager_leaves_is_named_and_the_pack_verified(
    pack: Path, verify: Verifier, name: str, leave: Change
) -> None:
    leave(pack)

    result = verify(pack)

    assert result.verified, result.text
    assert f"note  files       {name} is no part of the pack" in result.text


@pytest.mark.parametrize(("what", "problem", "change"), CHANGES, ids=[c[0] for c in CHANGES])
def test_anything_else_fails_with_what_happened_and_what_to_do(
    pack: Path, verify: Verifier, what: str, problem: str, change: Change
) -> None:
    change(pack)

    result = verify(pack)

    assert result.code == 1, result.text
    assert problem in result.text
    assert "FAIL" in result.text
    assert "\nWhat to do: " in result.text
    assert "VERIFIED" not in result.text
    assert "Traceback" not in result.text


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_verifies_a_pack_and_names_what_changed(pack: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    command = ["busybox", "sh"] if shell == "busybox" else [shell]
    (pack / "Thumbs.db").touch()

    assert verify_with(command, pack).verified
    convert_to_crlf(pack / "citation.txt")
    (pack / "proof").write_text("x")
    text = verify_with(command, pack).text
    assert "citation.txt has the line ends of Windows" in text
    assert "proof is not as it was packed" in text
    convert_to_crlf(pack / "verify.sh")
    text = verify_with(command, pack).text
    assert text.startswith("FAIL  files       verify.sh has the line ends of Windows (CRLF)")
    assert "python3 verify.py" in text


@pytest.mark.parametrize(
    "tools",
    [
        ("sha256sum", "openssl"),
        ("shasum", "openssl"),
        ("openssl",),
        ("shasum", "perl", "libressl"),
        ("shasum", "python3", "libressl"),
        ("sha256sum", "perl"),
    ],
)
def test_other_programs_stand_in_for_those_that_are_missing(
    tmp_path: Path, stamped: Path, tools: tuple[str, ...]
) -> None:
    path = posix_tools(tmp_path / "bin", *tools)
    if "libressl" in tools:
        script = LIBRESSL.replace("{openssl}", str(shutil.which("openssl")))
        (path / "openssl").write_text(script)
        (path / "openssl").chmod(0o755)
    pack = Path(shutil.copytree(stamped, tmp_path / "pack"))

    good = verify_with(["sh"], pack, path)
    signature = bytearray((pack / "SHA256SUMS.sig").read_bytes())
    signature[40] ^= 1
    (pack / "SHA256SUMS.sig").write_bytes(signature)
    bad = verify_with(["sh"], pack, path)

    assert good.verified, good.text
    assert ("on the word of local" in good.text) == ("openssl" in tools or "libressl" in tools)
    assert "FAIL  signed      SHA256SUMS is not signed by keys/pack.pem" in bad.text


def test_times_that_this_openssl_cannot_check_are_named(tmp_path: Path, stamped: Path) -> None:
    path = posix_tools(tmp_path / "bin", "sha256sum", "perl")
    (path / "openssl").write_text(
        '#!/bin/sh\n[ $1 != ts ] || { echo usage: ts; exit 1; }\nexec /usr/bin/openssl "$@"\n'
    )
    (path / "openssl").chmod(0o755)

    result = verify_with(["sh"], stamped, path)

    assert result.verified, result.text
    assert "note  time        tokens/local.tsr is not checked: this openssl has no" in result.text


def test_a_machine_that_cannot_verify_signatures_says_what_to_install(
    tmp_path: Path, stamped: Path
) -> None:
    result = verify_with(["sh"], stamped, posix_tools(tmp_path / "bin", "sha256sum", "base64"))

    assert result.code == 1
    assert "no program here verifies Ed25519 signatures" in result.text
    assert "What to do: install OpenSSL 3" in result.text


def test_the_shells_and_pythons_reports_are_the_same_of_the_files(pack: Path) -> None:
    for name in (".DS_Store", "keys/Thumbs.db", "more.txt"):
        (pack / name).touch()

    reports = [verify_with(["sh"], pack), verify_with_python(pack)]

    lines = [[line for line in r.text.splitlines() if "files" in line] for r in reports]
    assert lines[0] == lines[1]
    assert len(lines[0]) == 3


@pytest.mark.parametrize(("what", "problem", "change"), CHANGES, ids=[c[0] for c in CHANGES])
def test_onrecord_verify_says_the_same_of_a_pack(
    pack: Path, what: str, problem: str, change: Change
) -> None:
    change(pack)

    result = CliRunner().invoke(cli, ["verify", str(pack)])

    assert result.exit_code == 1
    assert result.output == verify_with_python(pack).text or "verify.py" in problem


@pytest.mark.parametrize(("name", "leave"), STRANGERS, ids=[name for name, _ in STRANGERS])
def test_onrecord_verify_names_what_a_file_manager_left(
    pack: Path, name: str, leave: Change
) -> None:
    leave(pack)

    result = CliRunner().invoke(cli, ["verify", str(pack)])

    assert result.exit_code == 0
    assert f"note  files       {name} is no part of the pack" in result.output
    assert result.output.endswith("VERIFIED\n")


def test_a_pack_of_another_key_than_the_one_named_fails(pack: Path) -> None:
    named = public_key(keys.new_key(), "somebody.example").vkey

    result = CliRunner().invoke(cli, ["verify", str(pack), "--key", named])

    assert result.exit_code == 1
    assert "not by the one that you named" in result.output


def zip_of(pack: Path, path: Path, prefix: str = "") -> zipfile.ZipFile:
    """Return a ZIP file with the files of a pack below `prefix`, open to add others."""
    archive = zipfile.ZipFile(path, "w")
    for file in sorted(pack.rglob("*")):
        if file.is_file():
            archive.write(file, prefix + file.relative_to(pack).as_posix())
    return archive


def verify_zip(path: Path) -> Result:
    return CliRunner().invoke(cli, ["verify", str(path)])


def test_a_zip_file_is_verified_as_it_is(whole: Path, tmp_path: Path) -> None:
    zip_of(whole, tmp_path / "flat.zip").close()

    assert verify_zip(tmp_path / "flat.zip").output.endswith("VERIFIED\n")


def test_a_zip_file_that_finder_made_anew_is_verified(whole: Path, tmp_path: Path) -> None:
    with zip_of(whole, tmp_path / "mac.zip", "pack/") as archive:
        archive.writestr("__MACOSX/pack/._index", b"x")
        archive.writestr("pack/.DS_Store", b"x")

    result = verify_zip(tmp_path / "mac.zip")

    assert result.exit_code == 0
    assert "__MACOSX/pack/._index is no part of the pack" in result.output
    assert "note  files       .DS_Store is no part" in result.output


@pytest.mark.parametrize(
    ("name", "mode", "problem"),
    [
        ("zz-link", 0o120777, "zz-link is a symbolic link"),
        ("../outside", 0o100644, "no file of a pack has such a name"),
        ("/etc/outside", 0o100644, "no file of a pack has such a name"),
        ("index/below", 0o100644, "index/below is a file and a folder at once"),
        ("more.txt", 0o100644, "more.txt was added"),
        ("index", 0o100644, "index is in the ZIP file twice"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_file_with_anything_else_in_it_fails(
    whole: Path, tmp_path: Path, name: str, mode: int, problem: str
) -> None:
    with zip_of(whole, tmp_path / "odd.zip") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, b"/etc/hostname")

    result = verify_zip(tmp_path / "odd.zip")

    assert result.exit_code == 1
    assert problem in result.output
    assert "What to do" in result.output


def test_half_a_zip_file_fails(whole: Path, tmp_path: Path) -> None:
    zip_of(whole, tmp_path / "whole.zip").close()
    data = (tmp_path / "whole.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(data[: len(data) // 2])

    result = verify_zip(tmp_path / "half.zip")

    assert result.exit_code == 1
    assert "half.zip is no whole ZIP file" in result.output
