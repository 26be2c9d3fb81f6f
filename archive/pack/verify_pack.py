"""Check this pack with Python's standard library alone: python3 verify.py

Exit code 0 and a last line VERIFIED, or 1 and a line FAIL. Where an openssl command is found, the
timestamps are checked with it; all else is checked here.
"""

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

LIST = {"SHA256SUMS", "SHA256SUMS.sig"}

# Ed25519, RFC 8032 section 5.1: the curve's field, order, constant and base point.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


class BadPackError(Exception):
    """Something in the pack is not as it should be."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def need(good: bool, problem: str) -> None:
    if not good:
        raise BadPackError(problem)


def add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(factor: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = add(found, point)
        point = add(point, point)
        factor >>= 1
    return found


def equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % P == 0


def unpacked(data: bytes) -> "Point | None":
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


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` is that of the 32-byte public `key` over `message`."""
    base = unpacked((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    point, r = unpacked(key), unpacked(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if base is None or point is None or r is None or len(signature) != 64 or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return equal(times(s, base), add(r, times(challenge, point)))


class Pack:
    """The files of one pack, and the checks on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        path = self.folder / name
        need(path.is_file(), f"{name} is missing")
        return path.read_bytes()

    def key(self, name: str) -> bytes:
        """Return the 32 bytes of a public key in PEM."""
        lines = self.read(name).decode().split("\n")
        return base64.b64decode("".join(line for line in lines if "-----" not in line))[-32:]

    def files(self) -> str:
        """See that every file is the one that was packed, and that there is no other."""
        listed = {}
        for line in self.read("SHA256SUMS").decode().split("\n")[:-1]:
            digest, gap, name = line[:64], line[64:66], line[66:]
            need(gap == "  " and bool(name), f"SHA256SUMS: {line[:80]!r} lists nothing")
            listed[name] = digest
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        here = {path.relative_to(self.folder).as_posix() for path in paths} - LIST
        need(here == set(listed), f"not what SHA256SUMS lists: {sorted(here ^ set(listed))}")
        for name, digest in listed.items():
            need(sha256(self.read(name)) == digest, f"{name} is not as it was packed")
        return f"{len(listed)} files are as they were packed"

    def list_signature(self) -> str:
        key = self.key("keys/pack.pem")
        good = signed(key, self.read("SHA256SUMS"), self.read("SHA256SUMS.sig"))
        need(good, "SHA256SUMS is not signed by keys/pack.pem")
        return f"by the key {key.hex()}"

    def captured(self) -> str:
        """See that the captured bytes are those that the log entry names."""
        entry = json.loads(self.read("entry.json"))
        record, page = self.read("record.warc.gz"), self.read("page.captured")
        need(sha256(record) == entry["warc_sha256"], "record.warc.gz is not what was logged")
        need(sha256(page) == entry["payload_sha256"], "page.captured is not what was logged")
        need(entry["id"].encode() in gzip.decompress(record), "the record has another name")
        return f"{entry['captured']}, {entry['url']}"

    def inclusion(self) -> str:
        """See that the entry is in the log (RFC 9162, section 2.1.3.2)."""
        origin, size, root = self.read("checkpoint").decode().split("\n")[:3]
        place = number = int(self.read("index"))
        last = int(size) - 1
        need(0 <= number <= last, f"entry {number} is beyond the log")
        found = hashlib.sha256(b"\x00" + self.read("entry.json")).digest()
        for line in self.read("proof").decode().split():
            step = bytes.fromhex(line)
            need(last > 0, "the proof is too long")
            if number & 1 or number == last:
                found = hashlib.sha256(b"\x01" + step + found).digest()
                while not number & 1 and number:
                    number, last = number >> 1, last >> 1
            else:
                found = hashlib.sha256(b"\x01" + found + step).digest()
            number, last = number >> 1, last >> 1
        good = last == 0 and found == base64.b64decode(root)
        need(good, "the entry is not in the log that the checkpoint describes")
        return f"entry {place} of {size}, log {origin}"

    def checkpoint(self) -> str:
        """See that the log's key signed the checkpoint (https://c2sp.org/tlog-checkpoint)."""
        text, _, lines = self.read("checkpoint").decode().rpartition("\n\n")
        name, key = text.split("\n")[0], self.key("keys/log.pem")
        identity = hashlib.sha256(f"{name}\n\x01".encode() + key).digest()[:4]
        for line in lines.split("\n")[:-1]:
            blob = base64.b64decode(line.rpartition(" ")[2])
            if blob[:4] == identity and signed(key, f"{text}\n".encode(), blob[4:]):
                return f"signed by the key {key.hex()}"
        raise BadPackError("the checkpoint is not signed by keys/log.pem")

    def changes(self) -> str:
        """See that, where the archive changed its key, each key signed for the next."""
        key, number = self.key("keys/log.pem"), 1
        while (self.folder / f"keys/change-{number}.txt").is_file():
            name = f"keys/change-{number}"
            text = self.read(f"{name}.txt")
            need(signed(key, text, self.read(f"{name}.sig")), f"{name}.txt is not signed")
            key, number = self.key(f"{name}.pem"), number + 1
            to = base64.b64decode(text.decode().split("\nto ")[1].split("+", 2)[2])[1:]
            need(to == key, f"{name}.txt is about another key")
        need(key == self.key("keys/pack.pem"), "keys/pack.pem is not the archive's key")
        return f"{number - 1} changes since"

    def passage(self) -> str:
        """See that the passage is what stands at its place in the statement."""
        if not (self.folder / "passage.json").is_file():
            return "none is quoted"
        place, text = json.loads(self.read("passage.json")), self.read("statement.txt").decode()
        good = text[place["start"] : place["end"]] == place["exact"]
        need(good, "the passage is not in statement.txt where it should be")
        return f"characters {place['start']} to {place['end']} of statement.txt"

    def times(self) -> str:
        """See what timestamp authorities said of the checkpoint (RFC 3161)."""
        tokens = sorted((self.folder / "tokens").glob("*.tsr"))
        openssl = shutil.which("openssl")
        if not tokens:
            return "no timestamp: only the archive itself says when"
        if not openssl:
            return "not checked: there is no openssl command here"
        for token in tokens:
            data, roots = self.folder / "checkpoint", token.with_suffix(".pem")
            at = token.with_suffix(".time").read_text().strip()
            verify = ["ts", "-verify", "-in", str(token), "-data", str(data)]
            trust = ["-CAfile", str(roots), "-attime", at]
            done = subprocess.run(  # noqa: S603
                [openssl, *verify, *trust], capture_output=True, check=False
            )
            need(done.returncode == 0, f"tokens/{token.name} is not good")
        return ", ".join(f"{token.stem}" for token in tokens)


def main(folder: Path) -> int:
    """Check the pack in `folder`, saying what is found; return the exit code."""
    pack = Pack(folder)
    checks = (
        ("files", pack.files),
        ("signed", pack.list_signature),
        ("bytes", pack.captured),
        ("log", pack.inclusion),
        ("checkpoint", pack.checkpoint),
        ("key", pack.changes),
        ("passage", pack.passage),
        ("time", pack.times),
    )
    for name, check in checks:
        try:
            sys.stdout.write(f"ok    {name:<11} {check()}\n")
        except (BadPackError, ValueError, KeyError, TypeError, OSError, EOFError) as error:
            sys.stdout.write(f"FAIL  {name:<11} {error}\n")
            return 1
    key = pack.key("keys/pack.pem").hex()
    sys.stdout.write(f"Compare the key with what the archive has published: {key}\nVERIFIED\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent))
