"""Check this pack with Python's standard library alone (3.9 or newer): python3 verify.py

Exit code 0 and a last line VERIFIED, or 1 and a line FAIL. Where an openssl command is found, the
timestamps are checked with it; all else is checked here. It says the same as verify.sh.
"""

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

UNLISTED_FILES = {"SHA256SUMS", "SHA256SUMS.sig"}
LISTED_LINE = re.compile(r"[0-9a-f]{64}  [A-Za-z0-9][\w.+-]*(?:/[A-Za-z0-9][\w.+-]*)*", re.ASCII)
UNUSUAL = re.compile(r"[^\w.+-]", re.ASCII)  # characters that no file of a pack has in its name
UNPRINTABLE = re.compile(r"[^ -~]")
# What Finder, Explorer and macOS's ZIP leave in folders. Named, and no part of the pack.
FILE_MANAGER_FILE = re.compile(r"\.DS_Store|\._.+|[Tt]humbs\.db|ehthumbs\.db|[Dd]esktop\.ini")
FILE_MANAGER_FOLDER = "__MACOSX"
UNKNOWN_OPTION = re.compile(rb"(?im)unknown option|unrecogni|^usage")

GET_IT_AGAIN = (
    "do not rely on this pack: get it again, as one ZIP file, and unpack that into an empty folder"
)
CONVERTED = f"mail, git or an editor converted line ends: {GET_IT_AGAIN}"
REMOVE = (
    "remove it, or unpack the pack's ZIP file again into an empty folder; the archive did not "
    "pack it"
)

# Ed25519, RFC 8032 section 5.1: the curve's field, order, constant and base point.
P = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


class BadPackError(Exception):
    """A check of the pack failed, for one or several reasons."""

    def __init__(self, *problems: str, remedy: str = GET_IT_AGAIN) -> None:
        super().__init__(*problems)
        self.problems, self.remedy = problems, remedy


class Line(NamedTuple):
    """One result: ok, note or FAIL of a check, and what to do where it failed."""

    outcome: str
    check: str
    detail: str
    remedy: str = ""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def require(condition: bool, problem: str) -> None:
    if not condition:
        raise BadPackError(problem)


def add_points(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply_point(factor: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = add_points(result, point)
        point = add_points(point, point)
        factor >>= 1
    return result


def is_same_point(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def decode_point(data: bytes) -> "Point | None":
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` is that of the 32-byte public `key` over `message`."""
    base = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    point, r = decode_point(key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if base is None or point is None or r is None or len(signature) != 64 or s >= GROUP_ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % GROUP_ORDER
    return is_same_point(multiply_point(s, base), add_points(r, multiply_point(challenge, point)))


class Pack:
    """The files of one pack, and the checks on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []  # of the check that runs

    def read(self, name: str) -> bytes:
        path = self.folder / name
        require(path.is_file(), f"{name} is missing")
        return path.read_bytes()

    def read_key(self, name: str) -> bytes:
        """Return the 32 bytes of a public key in PEM."""
        lines = self.read(name).decode().split("\n")
        return base64.b64decode("".join(line for line in lines if "-----" not in line))[-32:]

    def check_files(self) -> str:
        """Check that every file is the one that was packed, and that there is no other.

        What is no plain file is refused before anything is opened.
        """
        present = self.list_present()
        listed = self.read_list()
        absences = [self.describe_absence(name, present.get(name)) for name in listed]
        if problems := list(filter(None, absences)):
            raise BadPackError(*problems)
        converted = [name for name, digest in listed.items() if self.is_converted(name, digest)]
        changes = [
            f"{name} has the line ends of Windows (CRLF)"
            if name in converted
            else self.describe_change(name, digest)
            for name, digest in listed.items()
        ]
        if problems := list(filter(None, changes)):
            raise BadPackError(*problems, remedy=CONVERTED if converted else GET_IT_AGAIN)
        folders = {name.rpartition("/")[0] for name in listed}
        added = []
        for name, mode in sorted(present.items()):
            if name in listed or name in folders or name in UNLISTED_FILES:
                continue
            if is_left_by_file_manager(name, mode):
                self.notes.append(f"{name} is no part of the pack: a file manager left it here")
            else:
                added.append(f"{name} was added: it is not one of the files that SHA256SUMS lists")
        if added:
            raise BadPackError(*added, remedy=REMOVE)
        return f"{len(listed)} files are as they were packed"

    def list_present(self) -> "dict[str, int]":
        """Return the mode of each file and folder here by its name; refuse anything else."""
        present: dict[str, int] = {}
        for folder, subfolders, files in os.walk(self.folder, onerror=raise_error):
            for name in (*subfolders, *files):
                path = Path(folder, name)
                mode = path.lstat().st_mode
                relative = path.relative_to(self.folder).as_posix()
                shown = UNPRINTABLE.sub("?", relative)
                require(not stat.S_ISLNK(mode), f"{shown} is a symbolic link: a pack has none")
                if UNUSUAL.search(name):
                    problem = f"{shown} was added: no file of a pack has such a name"
                    raise BadPackError(problem, remedy=REMOVE)
                require(
                    stat.S_ISREG(mode) or stat.S_ISDIR(mode),
                    f"{shown} is neither a file nor a folder: a pack has no such thing",
                )
                present[relative] = mode
        return present

    def read_list(self) -> "dict[str, str]":
        """Return the digests that SHA256SUMS lists, by name."""
        data = self.read("SHA256SUMS")
        converted = "SHA256SUMS has the line ends of Windows (CRLF)"
        if b"\r" in data:
            raise BadPackError(f"{converted}: mail, git or an editor converted this pack")
        lines = data.decode().split("\n")
        require(
            lines.pop() == "" and all(map(LISTED_LINE.fullmatch, lines)),
            "SHA256SUMS has lines that list nothing",
        )
        require(bool(lines), "SHA256SUMS is empty")
        return {line[66:]: line[:64] for line in lines}

    def describe_absence(self, name: str, mode: "int | None") -> str:
        if mode is None:
            return f"{name} is missing"
        if stat.S_ISDIR(mode):
            return f"{name} was replaced by a folder"
        return "" if os.access(self.folder / name, os.R_OK) else f"{name} cannot be read"

    def describe_change(self, name: str, digest: str) -> str:
        data = self.read(name)
        if sha256(data) == digest:
            return ""
        return f"{name} is not as it was packed" if data else f"{name} is empty"

    def is_converted(self, name: str, digest: str) -> bool:
        """Return whether a file is as it was packed but for carriage returns."""
        data = self.read(name)
        return sha256(data) != digest == sha256(data.replace(b"\r", b""))

    def check_list_signature(self) -> str:
        key = self.read_key("keys/pack.pem")
        is_valid = is_signed(key, self.read("SHA256SUMS"), self.read("SHA256SUMS.sig"))
        require(is_valid, "SHA256SUMS is not signed by keys/pack.pem")
        return f"by the key {key.hex()}"

    def check_captured_bytes(self) -> str:
        """Check that the captured bytes are those that the log entry names."""
        entry = json.loads(self.read("entry.json"))
        record, page = self.read("record.warc.gz"), self.read("page.captured")
        require(sha256(record) == entry["warc_sha256"], "record.warc.gz is not what was logged")
        require(sha256(page) == entry["payload_sha256"], "page.captured is not what was logged")
        require(entry["id"].encode() in gzip.decompress(record), "the record has another name")
        return f"{entry['captured']}, {entry['url']}"

    def check_inclusion(self, below: str = "") -> str:
        """Check that the entry is in the log (RFC 9162, section 2.1.3.2)."""
        origin, size, root = self.read(f"{below}checkpoint").decode().split("\n")[:3]
        entry_index = number = int(self.read(f"{below}index"))
        last = int(size) - 1
        require(0 <= number <= last, f"entry {number} is beyond the log")
        node_hash = hashlib.sha256(b"\x00" + self.read(f"{below}entry.json")).digest()
        for line in self.read(f"{below}proof").decode().split():
            sibling = bytes.fromhex(line)
            require(last > 0, "the proof is too long")
            if number & 1 or number == last:
                node_hash = hashlib.sha256(b"\x01" + sibling + node_hash).digest()
                while not number & 1 and number:
                    number, last = number >> 1, last >> 1
            else:
                node_hash = hashlib.sha256(b"\x01" + node_hash + sibling).digest()
            number, last = number >> 1, last >> 1
        is_included = last == 0 and node_hash == base64.b64decode(root)
        require(is_included, "the entry is not in the log that the checkpoint describes")
        return f"entry {entry_index} of {size}, log {origin}"

    def check_checkpoint(self, below: str = "", key_name: str = "keys/log.pem") -> str:
        """Check that the log's key signed the checkpoint (https://c2sp.org/tlog-checkpoint)."""
        text, _, lines = self.read(f"{below}checkpoint").decode().rpartition("\n\n")
        name, key = text.split("\n")[0], self.read_key(key_name)
        key_id = hashlib.sha256(f"{name}\n\x01".encode() + key).digest()[:4]
        for line in lines.split("\n")[:-1]:
            blob = base64.b64decode(line.rpartition(" ")[2])
            if blob[:4] == key_id and is_signed(key, f"{text}\n".encode(), blob[4:]):
                return f"signed by the key {key.hex()}"
        raise BadPackError(f"the checkpoint is not signed by {key_name}")

    def check_joined(self) -> str:
        """Check, where another archive made the capture, the same by its log."""
        if not (self.folder / "joined/entry.json").is_file():
            return ""
        own, other = (json.loads(self.read(f"{name}entry.json")) for name in ("", "joined/"))
        for name in ("id", "url", "captured", "payload_sha256", "record_sha256"):
            require(own.get(name) == other.get(name), f"the other log has another {name}")
        included = self.check_inclusion("joined/")
        return f"{included}, {self.check_checkpoint('joined/', 'joined/log.pem')}"

    def check_key_changes(self) -> str:
        """Check that, if the archive changed its key, each key signed the next."""
        key, number = self.read_key("keys/log.pem"), 1
        while (self.folder / f"keys/change-{number}.txt").is_file():
            name = f"keys/change-{number}"
            text = self.read(f"{name}.txt")
            require(is_signed(key, text, self.read(f"{name}.sig")), f"{name}.txt is not signed")
            key, number = self.read_key(f"{name}.pem"), number + 1
            announced_key = base64.b64decode(text.decode().split("\nto ")[1].split("+", 2)[2])[1:]
            require(announced_key == key, f"{name}.txt is about another key")
        require(key == self.read_key("keys/pack.pem"), "keys/pack.pem is not the archive's key")
        return f"{number - 1} changes since"

    def check_passage(self) -> str:
        """Check that the passage is in the statement at the offsets it states."""
        if not (self.folder / "passage.json").is_file():
            return "none is quoted"
        passage, text = json.loads(self.read("passage.json")), self.read("statement.txt").decode()
        is_found = text[passage["start"] : passage["end"]] == passage["exact"]
        require(is_found, "the passage is not in statement.txt where it should be")
        return f"characters {passage['start']} to {passage['end']} of statement.txt"

    def check_times(self) -> str:
        """Check the timestamp tokens over the checkpoint (RFC 3161)."""
        tokens = sorted((self.folder / "tokens").glob("*.tsr"))
        openssl = shutil.which("openssl")
        if not tokens:
            self.notes.append("no timestamp: only the archive itself says when")
        checked = []
        for token in tokens:
            name = f"tokens/{token.name}"
            if not openssl:
                self.notes.append(f"{name} is not checked: there is no openssl command here")
            elif self.verify_token(openssl, token):
                checked.append(token.stem)
            else:
                self.notes.append(f"{name} is not checked: this openssl has no ts -attime")
        return f"on the word of {', '.join(checked)}" if checked else ""

    def verify_token(self, openssl: str, token: Path) -> bool:
        """Verify a token at the time it states; False where this openssl cannot (LibreSSL)."""
        stated_time = token.with_suffix(".time").read_text().strip()
        verify = ["ts", "-verify", "-in", str(token), "-data", str(self.folder / "checkpoint")]
        trust = ["-CAfile", str(token.with_suffix(".pem"))]
        for time in (["-attime", stated_time], []):
            process = subprocess.run(  # noqa: S603
                [openssl, *verify, *trust, *time], capture_output=True, check=False
            )
            if process.returncode == 0:
                return True
            if time and not UNKNOWN_OPTION.search(process.stdout + process.stderr):
                raise BadPackError(f"tokens/{token.name} is not good")
        return False


def raise_error(error: OSError) -> None:
    raise error


def is_left_by_file_manager(name: str, mode: int) -> bool:
    """Return whether a file is one that Finder or Explorer makes, or a folder of macOS's ZIP."""
    if stat.S_ISDIR(mode):
        return name.split("/")[0] == FILE_MANAGER_FOLDER
    return bool(FILE_MANAGER_FILE.fullmatch(name.rpartition("/")[2]))


def check_pack(folder: Path) -> "Iterator[Line]":
    """Yield the results of each check of the pack in `folder`, up to the first that fails."""
    pack = Pack(folder)
    checks = (
        ("files", pack.check_files),
        ("signed", pack.check_list_signature),
        ("bytes", pack.check_captured_bytes),
        ("log", pack.check_inclusion),
        ("checkpoint", pack.check_checkpoint),
        ("joined", pack.check_joined),
        ("key", pack.check_key_changes),
        ("passage", pack.check_passage),
        ("time", pack.check_times),
    )
    for name, check in checks:
        pack.notes.clear()
        try:
            detail = check()
        except BadPackError as error:
            yield from (Line("note", name, note) for note in pack.notes)
            *others, last = error.problems
            yield from (Line("FAIL", name, problem) for problem in others)
            yield Line("FAIL", name, last, error.remedy)
            return
        except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
            yield Line("FAIL", name, UNPRINTABLE.sub("?", str(error)), GET_IT_AGAIN)
            return
        yield from (Line("note", name, note) for note in pack.notes)
        if detail:
            yield Line("ok", name, detail)


def main(folder: Path) -> int:
    """Check the pack in `folder`, print each result; return the exit code."""
    for line in check_pack(folder):
        sys.stdout.write(f"{line.outcome:<5} {line.check:<11} {line.detail}\n")
        if line.remedy:
            sys.stdout.write(f"What to do: {line.remedy}\n")
            return 1
    key = Pack(folder).read_key("keys/pack.pem").hex()
    sys.stdout.write(f"Compare the key with what the archive has published: {key}\nVERIFIED\n")
    return 0


if __name__ == "__main__":
    # Not resolved: a verify.py that is a link is judged where it lies.
    sys.exit(main(Path(__file__).absolute().parent))
