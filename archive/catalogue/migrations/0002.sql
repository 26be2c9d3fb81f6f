-- Collecting unattended: what is due, what each run did, what is listed, and who is alerted of what.
-- due, run, watch, channel, news and alert are not made of the WARC files: `onrecord rebuild` carries
-- them over. Times and "" are as in 0001.sql.

-- When each source is to be visited next.
CREATE TABLE due (
    source    TEXT PRIMARY KEY,
    next_due  TEXT NOT NULL,
    rhythm    REAL NOT NULL,      -- seconds from one good visit to the next, as learned
    last_try  TEXT NOT NULL,      -- "" before the first
    last_good TEXT NOT NULL,      -- last visit that captured something
    failures  INTEGER NOT NULL,   -- visits in a row that captured nothing
    problem   TEXT NOT NULL,      -- of the last visit; "" for a good one
    paused    INTEGER NOT NULL
);

-- One visit to one source by `onrecord run`.
CREATE TABLE run (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    source     TEXT NOT NULL,
    began      TEXT NOT NULL,
    ended      TEXT NOT NULL,     -- "" while it lasts, and for ever where it was killed
    outcome    TEXT NOT NULL,     -- "" while it lasts; good, empty, failed, stopped or killed
    listed     INTEGER NOT NULL,  -- statements that the listings named or held
    captured   INTEGER NOT NULL,  -- captures that are ok or unchanged
    read       INTEGER NOT NULL,  -- readings recorded, old and new
    failed     INTEGER NOT NULL,  -- captures with any other outcome, redirects apart
    unread     INTEGER NOT NULL,  -- problems of reading
    statements INTEGER NOT NULL,  -- new ones
    versions   INTEGER NOT NULL,  -- new ones
    detail     TEXT NOT NULL      -- why, in one line; "" for a good one
);
CREATE INDEX run_by_source ON run (source, began);

-- A page that a listing has named. It stays wanted when the listing drops it before it was captured.
CREATE TABLE listed (
    source TEXT NOT NULL,
    url    TEXT NOT NULL,
    issued TEXT NOT NULL,         -- day of issue as the listing gives it; "" for none
    first  TEXT NOT NULL,         -- first listed
    last   TEXT NOT NULL,         -- last listed
    PRIMARY KEY (source, url)
) WITHOUT ROWID;

-- What to alert on: a saved query, a quote or a source.
CREATE TABLE watch (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT NOT NULL,       -- query, quote or source
    wanted   TEXT NOT NULL,       -- the query, the words, the source's name
    held_by  TEXT NOT NULL,       -- of a quote: the statement it is in; else ""
    added    TEXT NOT NULL,
    since    INTEGER NOT NULL,    -- the last news there was: only what comes after is told
    UNIQUE (kind, wanted, held_by)
);

-- What happened to a statement or a source, once each, in the order it was detected.
CREATE TABLE news (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    key       TEXT NOT NULL UNIQUE,  -- makes noticing it again no second news
    "when"    TEXT NOT NULL,         -- when it was so: the time of the capture that shows it
    kind      TEXT NOT NULL,         -- new, edit, missing, gone, back; or how a source is unwell
    source    TEXT NOT NULL,
    statement TEXT NOT NULL,         -- "" for news of a source
    before    TEXT NOT NULL,         -- version
    after     TEXT NOT NULL,         -- version
    capture_before TEXT NOT NULL,    -- last capture that shows the state before
    capture_after  TEXT NOT NULL,    -- first capture that shows the state after
    detail    TEXT NOT NULL
);

-- That a watch is to be alerted of some news.
CREATE TABLE alert (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    watch  INTEGER NOT NULL,
    news   INTEGER NOT NULL REFERENCES news (seq),
    detail TEXT NOT NULL,
    UNIQUE (watch, news)
);

-- Where alerts go, in their order, each after the one before has arrived.
CREATE TABLE channel (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    url      TEXT NOT NULL UNIQUE,  -- of Apprise; or atom:FILE, jsonfeed:FILE
    digest   REAL NOT NULL,         -- hours between two messages; 0: one message an alert
    told     INTEGER NOT NULL,      -- the last alert that arrived
    last     TEXT NOT NULL,         -- when a message last arrived; "" for never
    failures INTEGER NOT NULL,      -- tries in a row that did not arrive
    next_try TEXT NOT NULL,         -- "" for at once
    problem  TEXT NOT NULL
);

-- Finds the previous version without reading every sighting.
CREATE INDEX sighting_by_version ON sighting (version, captured);
CREATE INDEX event_by_kind ON event (kind, "when");
