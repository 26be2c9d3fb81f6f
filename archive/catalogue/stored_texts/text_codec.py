"""Compress texts for the catalogue and read them, by two functions that SQL can call.

`packed_text(text)` gives the bytes to store: a Zstandard frame (RFC 8878), with the newest
dictionary of the catalogue where it has one (table `text_dictionary`); the frame says which.
`plain_text(stored)` gives the text of a stored value: of a frame, or of the text itself, as rows of
earlier formats have it. What cannot be read (a damaged frame, a lost dictionary) is an error, which
`database.transaction` makes a FormatError; `readable_text(stored)` is NULL for it.
"""

import sqlite3
from hashlib import sha256

import zstandard

from archive.errors import FormatError

CODEC = "text codec"  # the name of a connection's codec in its `info`
LEVEL = 9  # 0.34 of the text with a dictionary, in 0.13 ms for 3 kB; level 3: 0.37; reading alike
_MAX_TEXT_BYTES = 1 << 28  # more than any page may have: a forged frame cannot fill the memory
_NO_DICTIONARY = 0


def stored_text(column: str) -> str:
    """Return SQL for what `column` stores: its text; its bytes where it is of an earlier format.

    These may be no UTF-8. NULL for a frame that is damaged.
    """
    compressed, plain = f"readable_text({column})", f"CAST({column} AS BLOB)"
    return f"CASE typeof({column}) WHEN 'blob' THEN {compressed} ELSE {plain} END"


def text_digest(stored: object) -> str:
    """Return the SHA-256 of what `stored_text` gives, in hex; "" where it is nothing to read."""
    data = stored.encode("utf-8", "surrogatepass") if isinstance(stored, str) else stored
    return sha256(data).hexdigest() if isinstance(data, bytes) else ""


class TextCodec:
    """The texts of one catalogue, over one connection to it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._compressors: dict[int, zstandard.ZstdCompressor] = {}
        self._decompressors: dict[int, zstandard.ZstdDecompressor] = {}
        # Bytes of frames without a dictionary; of all of them, once they have been counted.
        self.without_dictionary = 0
        self.is_counted = False
        connection.create_function("packed_text", 1, self.pack)
        connection.create_function("plain_text", 1, self.plain)
        connection.create_function("readable_text", 1, self.readable)

    def pack(self, text: str) -> bytes:
        """Return `text` as a frame."""
        data = text.encode()
        number = self._newest_dictionary()
        if number not in self._compressors:
            self._compressors[number] = zstandard.ZstdCompressor(
                level=LEVEL, dict_data=self._dictionary(number)
            )
        frame = self._compressors[number].compress(data)
        if number == _NO_DICTIONARY:
            self.without_dictionary += len(frame)
        return frame

    def plain(self, stored: str | bytes | None) -> str | None:
        """Return the text of a stored value, None for none; FormatError where it is damaged."""
        if not isinstance(stored, bytes):
            return stored
        try:
            frame = zstandard.get_frame_parameters(stored)
            if frame.content_size > _MAX_TEXT_BYTES:
                raise FormatError("catalogue: a text of more bytes than any page has")
            number = frame.dict_id
            if number not in self._decompressors:
                self._decompressors[number] = zstandard.ZstdDecompressor(
                    dict_data=self._dictionary(number)
                )
            return self._decompressors[number].decompress(stored).decode()
        except (zstandard.ZstdError, UnicodeDecodeError) as error:
            raise FormatError(f"catalogue: a text cannot be read: {error}") from error

    def readable(self, stored: str | bytes | None) -> str | None:
        """Return the text of a stored value, None where it is damaged."""
        try:
            return self.plain(stored)
        except FormatError:
            return None  # whoever asks reports it, with the name of the row

    def _newest_dictionary(self) -> int:
        # Asked each time: a transaction that made one may have been rolled back.
        query = "SELECT id FROM main.text_dictionary ORDER BY seq DESC LIMIT 1"
        row = self._connection.execute(query).fetchone()
        return row[0] if row else _NO_DICTIONARY

    def _dictionary(self, number: int) -> zstandard.ZstdCompressionDict | None:
        """Return a dictionary of this catalogue or of one that is attached; None where lost."""
        if number == _NO_DICTIONARY:
            return None
        for _, name, _ in self._connection.execute("PRAGMA database_list").fetchall():
            query = f'SELECT content FROM "{name}".text_dictionary WHERE id = ?'  # noqa: S608
            try:
                row = self._connection.execute(query, (number,)).fetchone()
            except sqlite3.OperationalError:
                continue  # a database without that table, as the one of temporary tables
            if row:
                return zstandard.ZstdCompressionDict(row[0])
        return None
