-- Version ids that were printed before a capture was read anew, by other rules of what an edit is or by
-- a better reader. Made of the log's entries of kind "rereading".
CREATE TABLE alias (
    former       TEXT PRIMARY KEY,   -- version id
    version      TEXT NOT NULL,      -- version id; itself a former one where it was read anew again
    capture      TEXT NOT NULL,      -- that was read anew
    "when"       TEXT NOT NULL,
    rules        INTEGER NOT NULL,   -- version of the rules that made the former fingerprint
    reader       TEXT NOT NULL,      -- of the former reading
    changes      TEXT NOT NULL,      -- JSON array of [before, after]: the first changes of words
    change_count INTEGER NOT NULL    -- of all changes; 0: no word differs
);
CREATE INDEX alias_by_capture ON alias (capture);
