-- The catalogue, format 1. This file is its documentation: what a table is, what a column holds.
-- Times are UTC, ISO 8601 with microseconds and Z, so that they sort as text.
-- Digests are SHA-256 in lower-case hex. "" stands for "none"; NULL is used only where 0 would lie.

-- Facts about this catalogue itself. "born": random, so that an index knows which catalogue it is of.
-- "made by": a digest of the readers, sources and decisions by which a rebuild made it.
-- "warc:" and a file's name: the size in bytes up to which that file has been ingested.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO fact VALUES ('born', lower(hex(randomblob(8))));

-- One exchange with a server, whatever came of it; or one line of a text collection.
CREATE TABLE capture (
    id             TEXT PRIMARY KEY,   -- WARC-Record-ID without brackets
    url            TEXT NOT NULL,      -- as asked for
    captured       TEXT NOT NULL,      -- WARC-Date
    outcome        TEXT NOT NULL,      -- archive.models.Outcome
    role           TEXT NOT NULL,      -- archive.models.Role
    source         TEXT NOT NULL,      -- which source asked; "" for none
    status         INTEGER,            -- HTTP status; NULL where no answer came
    media_type     TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL,      -- of the body after transfer decoding
    warc           TEXT NOT NULL,      -- file below warc/
    "offset"       INTEGER NOT NULL,   -- of its gzip member in that file, in bytes
    length         INTEGER NOT NULL,
    stored_sha256  TEXT NOT NULL,      -- of those bytes
    taken_from     TEXT NOT NULL,      -- file it was replayed or imported from
    note           TEXT NOT NULL,
    etag           TEXT NOT NULL,      -- for asking again
    last_modified  TEXT NOT NULL
);
CREATE INDEX capture_by_url ON capture (url, captured);
CREATE INDEX capture_by_source ON capture (source, captured);

-- What a body said. Its identity is the publisher's own, not an address.
CREATE TABLE statement (
    id         TEXT PRIMARY KEY,
    source     TEXT NOT NULL,
    identifier TEXT NOT NULL,
    UNIQUE (source, identifier)
);

-- One distinct reading of a statement. Two readings that differ only in white space and typography
-- have one fingerprint and are one version (archive/text/fingerprint.py).
CREATE TABLE version (
    seq              INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of arrival: the index follows it
    id               TEXT NOT NULL UNIQUE,  -- statement@first 12 hex of fingerprint
    statement        TEXT NOT NULL REFERENCES statement (id),
    fingerprint      TEXT NOT NULL,
    capture          TEXT NOT NULL REFERENCES capture (id),  -- the one it was first read from
    first_seen       TEXT NOT NULL,
    last_seen        TEXT NOT NULL,
    title            TEXT NOT NULL,
    text             TEXT NOT NULL,      -- paragraphs, one line each
    text_sha256      TEXT NOT NULL,
    issuer           TEXT NOT NULL,      -- who speaks
    publisher        TEXT NOT NULL,      -- whose site
    speakers         TEXT NOT NULL,      -- JSON array of names
    signatories      TEXT NOT NULL,      -- JSON array of names
    venue            TEXT NOT NULL,
    lang             TEXT NOT NULL,      -- BCP 47
    kind             TEXT NOT NULL,
    issued           TEXT NOT NULL,      -- ISO 8601, cut to its precision
    issued_printed   TEXT NOT NULL,      -- as printed
    issued_from      TEXT NOT NULL,      -- where it was read from
    modified         TEXT NOT NULL,      -- as the publisher claims
    url              TEXT NOT NULL,      -- live address
    translations     TEXT NOT NULL,      -- JSON array of [language, address]
    reader           TEXT NOT NULL,      -- which reader, and its version
    layer_sha256     TEXT NOT NULL,      -- of the page's visible text, in table layer
    transcript       INTEGER NOT NULL    -- 1: from a text collection, not from a capture
);
CREATE INDEX version_by_statement ON version (statement, first_seen);

-- That a version was what a capture held. first_seen and last_seen are the ends of this.
CREATE TABLE sighting (
    version  TEXT NOT NULL REFERENCES version (id),
    capture  TEXT NOT NULL REFERENCES capture (id),
    captured TEXT NOT NULL,
    PRIMARY KEY (version, capture)
) WITHOUT ROWID;
CREATE INDEX sighting_by_capture ON sighting (capture);

-- The whole visible text of a page: the second layer, for words outside what was read.
CREATE TABLE layer (
    sha256 TEXT PRIMARY KEY,
    text   TEXT NOT NULL
);

-- Something done to an object (PREMIS event).
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    "when"  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    object  TEXT NOT NULL,
    agent   TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail  TEXT NOT NULL,
    facts   TEXT NOT NULL               -- JSON object
);
CREATE INDEX event_by_object ON event (object);
