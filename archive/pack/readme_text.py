"""The texts of a pack for people: README.txt and the list of what was not captured."""

from collections.abc import Sequence

from archive.citations import _dates, _text
from archive.log.entries import Entry, parse_instant
from archive.models import Issued, Passage, Version
from archive.text.rereading import Rereading, describe_rereading
from archive.warc.capture_metadata import ImportOrigin

_README = """\
WHAT THIS IS

A statement that was captured from the internet, with the means to check that
it has not been changed since. Nothing here needs the people who captured it,
their computers, or the internet.

  Statement   {title}
  By          {issuer}
  Dated       {dated}
  Address     {url}
  Captured    {captured}
{quoted}
HOW TO CHECK IT

On Linux, macOS or any Unix, in this folder:      sh verify.sh
Anywhere that has Python 3.9 or newer:            python3 verify.py

Both end with the word VERIFIED, or say what is wrong on a line that begins
with FAIL, and what to do. What Finder or Explorer leave in a folder
(.DS_Store, Thumbs.db and the like) is named, and does no harm. Send a pack as
one ZIP file: mail, git and editors change the line ends of single files.
verify.sh needs sha256sum or shasum, and openssl (version 3) or perl or
python3; macOS has these. Then compare the key that they print with the one that the archive
has published elsewhere or that you were given by another way:

  {key}

Without that comparison the check shows that the parts of this folder belong
together, not whose they are.

WHAT IT PROVES

1. page.captured and record.warc.gz are, byte for byte, what the archive wrote
   down in its log as the answer of the address above.
2. The archive entered it in its log before it signed the checkpoint. It can
   neither remove, add nor change an entry of that log without being found
   out by anyone who keeps an earlier or later checkpoint.
3. {times}

WHAT IT DOES NOT PROVE

{capture_claim}
- That others were shown the same page: sites answer differently by place,
  language and time.
- That what the statement says is true, or that the body named published it
  rather than someone who controlled its site.
- That statement.txt is the one right reading of the page. It was made from
  page.captured by the program {reader}. Compare the two.
{formerly}
WHAT IS IN IT

  record.warc.gz   the request, the answer and our notes on it (WARC 1.1)
  page.captured    the body of the answer, byte for byte
  page.*           a copy to open; of a web page, one that reaches no server
  statement.txt    the statement as read from the page; statement.json: all
                   that is known of it
  passage.json     the words quoted and where they stand, if any are
  citation.txt     the statement, cited in every style
  not-captured.txt what is missing, and why
  entry.json       the entry in the log; index and proof: where it stands
  checkpoint       the log's signed head (https://c2sp.org/tlog-checkpoint)
  tokens/          what timestamp authorities said of the checkpoint (RFC 3161)
  keys/            public keys, and how each signed for the next
  joined/          where another archive made the capture: the same proof by
                   that archive's log; compare its key with that archive
  SHA256SUMS       the digest of every file; SHA256SUMS.sig: its signature
"""
_CAPTURED_BY_US = """\
- That this server sent these bytes to us at that moment: that is on our word.
  It is signed, dated and cannot be changed afterwards, but it is our word."""
_CAPTURED_BY_OTHERS = """\
- That this server sent these bytes at that moment. We did not capture them: we
  took them, as they were, from a file that others had made, on {logged}.
  The file: {name}
  its SHA-256: {sha256}
  When and from where they were received is on the word of whoever made it."""
_TIMESTAMPED = """\
Independent timestamp authorities saw the checkpoint: {names}.
   The capture therefore existed at the time that verify.sh prints, at the
   latest."""
_NOT_TIMESTAMPED = """\
No timestamp authority has seen the checkpoint: when all this happened is on
   our word alone."""
BITCOIN_PROOF_NAME = "checkpoint.ots"
_HAS_BITCOIN_PROOF = """
   There is also an OpenTimestamps proof. Where Bitcoin is at hand,
   `ots verify checkpoint.ots` says in which block the checkpoint is."""


def format_readme(
    version: Version,
    entry: Entry,
    *,
    passage: Passage | None,
    formerly: Sequence[Rereading],
    origin: ImportOrigin | None,
    key: str,
    authorities: Sequence[str],
    bitcoin: bool,
) -> str:
    """Return README.txt, for a reader who is not a technician."""
    reading = version.reading
    captured = _dates.format_instant(parse_instant(entry.text("captured")))
    capture_claim = _CAPTURED_BY_US
    if origin:
        captured = f"{captured}, by others (see below)"
        capture_claim = _CAPTURED_BY_OTHERS.format(
            logged=_dates.format_instant(entry.when),
            name=_text.clean(origin.name),
            sha256=origin.sha256,
        )
    if version.transcript:
        captured = "not captured: the text was typed out by others, see not-captured.txt"
    return _README.format(
        title=_text.clean(reading.title),
        issuer=_text.clean(reading.issuer),
        dated=_format_issued(reading.issued),
        url=_text.clean(entry.text("url")),
        captured=captured,
        quoted=f"  Quoted      “{_text.clean(passage.exact)}”\n" if passage else "",
        key=key,
        capture_claim=capture_claim,
        times=_format_times(authorities, bitcoin=bitcoin),
        reader=_text.clean(reading.reader),
        formerly="".join(
            f"- {_text.clean(describe_rereading(rereading))}\n" for rereading in formerly
        ),
    )


def _format_issued(issued: Issued | None) -> str:
    """Return a date as the page prints it, or the guess where it states none."""
    printed = _text.clean(issued.printed) if issued else ""
    if issued and issued.is_guess:
        return f"no date on the page; a guess: {issued.value} (“{printed}”)"
    return printed or "no date on the page"


def _format_times(authorities: Sequence[str], *, bitcoin: bool) -> str:
    text = _TIMESTAMPED.format(names=", ".join(authorities)) if authorities else _NOT_TIMESTAMPED
    return text + _HAS_BITCOIN_PROOF if bitcoin else text


def format_not_captured(
    *,
    truncated: str,
    address_known: bool,
    certificate_known: bool,
    coding: str,
    missing: Sequence[str],
    transcript: bool,
) -> str:
    """Return not-captured.txt: what the pack lacks, one paragraph each."""
    paragraphs = [
        "The page was fetched, not displayed: no script of it was run, and what scripts would have "
        "added is not here.",
        "Who fetched it, from which address: withheld, to protect the people who did.",
    ]
    if transcript:
        paragraphs.append(
            "This is a transcript from a text collection. No server was asked for it, and no page "
            "was captured."
        )
    if truncated:
        paragraphs.append(f"The answer was cut off ({truncated}): page.captured is its beginning.")
    if not address_known:
        paragraphs.append("The server's network address is not recorded.")
    if not certificate_known:
        paragraphs.append("The connection's certificate is not recorded with this capture.")
    if coding:
        paragraphs.append(f"page.captured is compressed as it was sent ({coding}).")
    if missing:
        listed = "".join(f"\n  {_text.clean(url)[:300]}" for url in missing)
        paragraphs.append(f"Things that the page loads and that the archive does not hold:{listed}")
    return "\n\n".join(paragraphs) + "\n"
