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

UNLISTED_FILES = {"SHA256SUMS", "SHA256SUMS.sig"}

# Ed25519, RFC 8032 section 5.1: the curve's field, order, constant and base point.
P = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


class BadPackError(Exception):
    """A check of the pack failed."""


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

    def read(self, name: str) -> bytes:
        path = self.folder / name
        require(path.is_file(), f"{name} is missing")
        return path.read_bytes()

    def read_key(self, name: str) -> bytes:
        """Return the 32 bytes of a public key in PEM."""
        lines = self.read(name).decode().split("\n")
        return base64.b64decode("".join(line for line in lines if "-----" not in line))[-32:]

    def check_files(self) -> str:
        """Check that every file is the one that was packed, and that there is no other."""
        listed = {}
        for line in self.read("SHA256SUMS").decode().split("\n")[:-1]:
            digest, separator, name = line[:64], line[64:66], line[66:]
            require(separator == "  " and bool(name), f"SHA256SUMS: {line[:80]!r} lists nothing")
            listed[name] = digest
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        present = {path.relative_to(self.folder).as_posix() for path in paths} - UNLISTED_FILES
        require(
            present == set(listed), f"not what SHA256SUMS lists: {sorted(present ^ set(listed))}"
        )
        for name, digest in listed.items():
            require(sha256(self.read(name)) == digest, f"{name} is not as it was packed")
        return f"{len(listed)} files are as they were packed"

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

    def check_inclusion(self) -> str:
        """Check that the entry is in the log (RFC 9162, section 2.1.3.2)."""
        origin, size, root = self.read("checkpoint").decode().split("\n")[:3]
        entry_index = number = int(self.read("index"))
        last = int(size) - 1
        require(0 <= number <= last, f"entry {number} is beyond the log")
        node_hash = hashlib.sha256(b"\x00" + self.read("entry.json")).digest()
        for line in self.read("proof").decode().split():
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

    def check_checkpoint(self) -> str:
        """Check that the log's key signed the checkpoint (https://c2sp.org/tlog-checkpoint)."""
        text, _, lines = self.read("checkpoint").decode().rpartition("\n\n")
        name, key = text.split("\n")[0], self.read_key("keys/log.pem")
        key_id = hashlib.sha256(f"{name}\n\x01".encode() + key).digest()[:4]
        for line in lines.split("\n")[:-1]:
            blob = base64.b64decode(line.rpartition(" ")[2])
            if blob[:4] == key_id and is_signed(key, f"{text}\n".encode(), blob[4:]):
                return f"signed by the key {key.hex()}"
        raise BadPackError("the checkpoint is not signed by keys/log.pem")

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
            return "no timestamp: only the archive itself says when"
        if not openssl:
            return "not checked: there is no openssl command here"
        for token in tokens:
            data, roots = self.folder / "checkpoint", token.with_suffix(".pem")
            stated_time = token.with_suffix(".time").read_text().strip()
            verify = ["ts", "-verify", "-in", str(token), "-data", str(data)]
            trust = ["-CAfile", str(roots), "-attime", stated_time]
            process = subprocess.run(  # noqa: S603
                [openssl, *verify, *trust], capture_output=True, check=False
            )
            require(process.returncode == 0, f"tokens/{token.name} is not good")
        return ", ".join(f"{token.stem}" for token in tokens)


def main(folder: Path) -> int:
    """Check the pack in `folder`, print each result; return the exit code."""
    pack = Pack(folder)
    checks = (
        ("files", pack.check_files),
        ("signed", pack.check_list_signature),
        ("bytes", pack.check_captured_bytes),
        ("log", pack.check_inclusion),
        ("checkpoint", pack.check_checkpoint),
        ("key", pack.check_key_changes),
        ("passage", pack.check_passage),
        ("time", pack.check_times),
    )
    for name, check in checks:
        try:
            sys.stdout.write(f"ok    {name:<11} {check()}\n")
        except (BadPackError, ValueError, KeyError, TypeError, OSError, EOFError) as error:
            sys.stdout.write(f"FAIL  {name:<11} {error}\n")
            return 1
    key = pack.read_key("keys/pack.pem").hex()
    sys.stdout.write(f"Compare the key with what the archive has published: {key}\nVERIFIED\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent))
