-- Texts apart from versions: a version's row is written anew at each of its sightings, in a feed
-- hundreds of times, and its text need not be.
CREATE TABLE version_text (
    sha256 TEXT PRIMARY KEY,   -- version.text_sha256
    text   TEXT NOT NULL       -- paragraphs, one line each
);
INSERT OR IGNORE INTO version_text SELECT text_sha256, text FROM version;
ALTER TABLE version DROP COLUMN text;
