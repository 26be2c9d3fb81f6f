-- What publishers note beside the words of a version: that it was withdrawn, updated or corrected.
CREATE TABLE notice (
    version  TEXT NOT NULL,     -- version id
    capture  TEXT NOT NULL,     -- id of a capture that shows it
    position INTEGER NOT NULL,  -- among the notices of that capture
    captured TEXT NOT NULL,     -- when the publisher served it
    text     TEXT NOT NULL,
    PRIMARY KEY (version, capture, position)
) WITHOUT ROWID;
