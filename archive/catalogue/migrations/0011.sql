-- Until when a host asks to be left alone (Retry-After, Crawl-delay), by the source whose visit was told.
-- Not made of the WARC files: `onrecord rebuild` carries it over.
CREATE TABLE host_wait (
    source TEXT NOT NULL,   -- "" for pages without one
    host   TEXT NOT NULL,
    until  TEXT NOT NULL,
    PRIMARY KEY (source, host)
) WITHOUT ROWID;
