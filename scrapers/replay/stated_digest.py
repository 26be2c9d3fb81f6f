"""Judge the payload digests that other tools stated: problem, doubt or neither.

A block digest that the bytes match speaks for them: the tool then digested the payload by a rule
of its own, or wrongly, and the record is taken with the doubt noted. Where nothing speaks for the
bytes, a wrong payload digest says that they are not what was captured: the record is passed over.
What cannot be a digest (its length is wrong) speaks against nothing, and is noted.
"""

from archive.warc.digests import is_digest
from archive.warc.payload_digest import (
    has_payload_digest,
    has_right_block_digest,
    wrong_payload_digest,
)
from archive.warc.record_reader import Record


def payload_digest_problem(record: Record) -> str:
    """Return why a record, read with `verify`, is passed over for its payload digest; "" if not.

    Of a record that its tool cut off (WARC-Truncated), the digest may be of the whole.
    """
    if record.header.get("WARC-Truncated") or has_right_block_digest(record):
        return ""
    digest = wrong_payload_digest(record)
    if not is_digest(digest):
        return ""
    return f"its payload does not have the digest that it states, {digest}"


def payload_digest_doubt(record: Record) -> str:
    """Return what is to be noted of a record that is taken; "" for nothing."""
    digest = wrong_payload_digest(record)
    return f"its payload does not have the digest that its tool stated, {digest}" if digest else ""


def revisit_problem(revisit: Record, original: Record) -> str:
    """Return why `revisit` cannot have the payload of `original`, by its digest; "" if it can."""
    stated_of_original = original.header.get_all("WARC-Payload-Digest")
    for stated in revisit.header.get_all("WARC-Payload-Digest"):
        if stated in stated_of_original or not is_digest(stated):
            continue
        if not has_payload_digest(original, stated):
            return f"a revisit of a payload with the digest {stated}, which its original has not"
    return ""
