-- Less disk, and coverage without reading every version.

-- Texts compressed: version_text.text and layer.text are Zstandard frames from now on, each with a
-- dictionary of this table (the frame has its id) or none. A row that an earlier format wrote has
-- the text itself until a process that writes has compressed it, some hundred rows at a time.
CREATE TABLE text_dictionary (
    seq     INTEGER PRIMARY KEY,  -- the last is used for new texts
    id      INTEGER NOT NULL UNIQUE,
    content BLOB    NOT NULL
);

-- Sightings by version and time, once: this was a table and an index of the same rows. A capture
-- has one time, so that no version has two sightings in it. The columns are in the order of the key:
-- in another, `PRAGMA quick_check` of SQLite 3.40 finds NULL where there is none.
CREATE TABLE sighting_by_time (
    version  TEXT NOT NULL REFERENCES version (id),
    captured TEXT NOT NULL,
    capture  TEXT NOT NULL REFERENCES capture (id),
    PRIMARY KEY (version, captured, capture)
) WITHOUT ROWID;
INSERT INTO sighting_by_time SELECT version, captured, capture FROM sighting;
DROP TABLE sighting;
ALTER TABLE sighting_by_time RENAME TO sighting;
CREATE INDEX sighting_by_capture ON sighting (capture);

DROP INDEX version_by_url;
CREATE INDEX version_by_url ON version (url) WHERE url <> '';
DROP INDEX version_by_statement;
CREATE INDEX version_by_statement ON version (statement, first_seen, issued);
CREATE INDEX capture_of_listing ON capture (source, captured, outcome) WHERE role = 'listing';

-- How many statements of a source were issued on one day and first seen on another (or the same).
-- Made of the versions by the triggers below; `onrecord verify` compares it with them.
CREATE TABLE day_count (
    source     TEXT NOT NULL,
    issued     TEXT NOT NULL,     -- the earliest day, month or year of its versions; "" for none
    first_seen TEXT NOT NULL,     -- the day
    statements INTEGER NOT NULL,
    PRIMARY KEY (source, issued, first_seen)
) WITHOUT ROWID;
CREATE VIEW statement_day AS
    SELECT version.statement, statement.source,
        coalesce(substr(min(nullif(version.issued, '')), 1, 10), '') AS issued,
        substr(min(version.first_seen), 1, 10) AS first_seen
    FROM version JOIN statement ON statement.id = version.statement
    GROUP BY version.statement;
INSERT INTO day_count
    SELECT source, issued, first_seen, count(*) FROM statement_day GROUP BY 1, 2, 3;
CREATE TRIGGER version_before_insert BEFORE INSERT ON version BEGIN
    UPDATE day_count SET statements = statements - 1 WHERE (source, issued, first_seen) =
        (SELECT source, issued, first_seen FROM statement_day WHERE statement = NEW.statement);
END;
CREATE TRIGGER version_after_insert AFTER INSERT ON version BEGIN
    INSERT INTO day_count
        SELECT source, issued, first_seen, 1 FROM statement_day WHERE statement = NEW.statement
        ON CONFLICT DO UPDATE SET statements = statements + 1;
END;
CREATE TRIGGER version_before_update BEFORE UPDATE OF statement, issued, first_seen ON version
WHEN (OLD.issued, OLD.first_seen, OLD.statement) <> (NEW.issued, NEW.first_seen, NEW.statement)
BEGIN
    UPDATE day_count SET statements = statements - 1 WHERE (source, issued, first_seen) =
        (SELECT source, issued, first_seen FROM statement_day WHERE statement = OLD.statement);
END;
CREATE TRIGGER version_after_update AFTER UPDATE OF statement, issued, first_seen ON version
WHEN (OLD.issued, OLD.first_seen, OLD.statement) <> (NEW.issued, NEW.first_seen, NEW.statement)
BEGIN
    INSERT INTO day_count
        SELECT source, issued, first_seen, 1 FROM statement_day WHERE statement = NEW.statement
        ON CONFLICT DO UPDATE SET statements = statements + 1;
END;
CREATE TRIGGER version_before_delete BEFORE DELETE ON version BEGIN
    UPDATE day_count SET statements = statements - 1 WHERE (source, issued, first_seen) =
        (SELECT source, issued, first_seen FROM statement_day WHERE statement = OLD.statement);
END;
CREATE TRIGGER version_after_delete AFTER DELETE ON version BEGIN
    INSERT INTO day_count
        SELECT source, issued, first_seen, 1 FROM statement_day WHERE statement = OLD.statement
        ON CONFLICT DO UPDATE SET statements = statements + 1;
    DELETE FROM day_count WHERE statements = 0
        AND source = (SELECT source FROM statement WHERE id = OLD.statement);
END;
