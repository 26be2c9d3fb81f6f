"""Remove content codings in a sandbox of its own, so that a decoder cannot harm this process."""

from archive.errors import LimitError, SandboxError
from archive.sandbox.pool import decoding_sandbox
from archive.sandbox.worker import is_worker
from archive.warc.content_codings import DecodedBody, remove_codings


def remove_codings_in_sandbox(payload: bytes, codings: tuple[str, ...], limit: int) -> DecodedBody:
    """Do what `remove_codings` does; in a sandbox's own process, here.

    LimitError also where decoding takes more time or memory than a sandbox has.
    """
    if is_worker():
        return remove_codings(payload, codings, limit)
    try:
        return decoding_sandbox().call(remove_codings, payload, codings, limit)
    except SandboxError as error:
        raise LimitError(expected=error.expected, found=error.found) from error
