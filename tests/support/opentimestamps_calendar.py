"""An OpenTimestamps calendar on this machine; a test sets which block confirms its promises."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import Timestamp

NONCE = b"a calendar's own"


class Calendar:
    """Promises to prove a digest, and proves it once `block` is set."""

    def __init__(self) -> None:
        self.url = ""
        self.block = 0  # height of the block that confirms every promise; 0: none yet
        self.answer: bytes | None = None  # response to send instead of a proof
        self.requested_paths: list[str] = []

    def promise(self, digest: bytes) -> bytes:
        return self._serialized_timestamp(
            digest, [OpAppend(NONCE), OpSHA256()], PendingAttestation(self.url)
        )

    def prove(self, message: bytes) -> bytes:
        return self._serialized_timestamp(
            message, [OpSHA256()], BitcoinBlockHeaderAttestation(self.block)
        )

    def root(self, checkpoint: bytes) -> str:
        """Return the Merkle root that a block over this file would have, as explorers print it."""
        committed = sha256(sha256(checkpoint).digest() + NONCE).digest()
        return sha256(committed).digest()[::-1].hex()

    def _serialized_timestamp(
        self, message: bytes, operations: list[object], attestation: object
    ) -> bytes:
        if self.answer is not None:
            return self.answer
        timestamp = node = Timestamp(message)
        for operation in operations:
            node = node.ops.add(operation)
        node.attestations.add(attestation)
        context = BytesSerializationContext()
        timestamp.serialize(context)
        return bytes(context.getbytes())


@contextmanager
def calendar() -> Iterator[Calendar]:
    """Run a calendar on 127.0.0.1."""
    server_calendar = Calendar()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._send(
                server_calendar.promise(self.rfile.read(int(self.headers["Content-Length"])))
            )

        def do_GET(self) -> None:
            message = bytes.fromhex(self.path.rpartition("/")[2])
            self._send(server_calendar.prove(message) if server_calendar.block else None)

        def _send(self, answer: bytes | None) -> None:
            server_calendar.requested_paths.append(self.path)
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Length", str(len(answer or b"")))
            self.end_headers()
            self.wfile.write(answer or b"")

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server_calendar.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server_calendar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
