"""Say which statements have the same text, whatever their titles, sources and dates are."""

from hashlib import blake2b

from archive.text.fingerprint import normalize_text

_MIN_OWN_TEXT_CHARS = 60  # a shorter text (“See the annex.”) is the same only under the same title


def equal_text_digest(title: str, text: str) -> int:
    """Return a 64-bit digest that equal texts have in common; 0 for a text without characters.

    Texts are equal if they are the same reading by the rules of fingerprints, typography and white
    space aside. Titles count only beside a short text.
    """
    normalized = normalize_text(text)
    if not normalized:
        return 0
    own_title = normalize_text(title).casefold() if len(normalized) < _MIN_OWN_TEXT_CHARS else ""
    content = f"{own_title}\0{normalized}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest())
