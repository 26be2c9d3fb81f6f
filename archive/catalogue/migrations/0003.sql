-- What another web archive says that a capture is a copy of (RFC 7089); "" for what we asked the
-- publisher ourselves. A version's first and last seen, and a sighting's date, are the memento's.
ALTER TABLE capture ADD COLUMN memento_of       TEXT NOT NULL DEFAULT '';  -- the publisher's address
ALTER TABLE capture ADD COLUMN memento_datetime TEXT NOT NULL DEFAULT '';  -- captured by that archive
ALTER TABLE capture ADD COLUMN memento_archive  TEXT NOT NULL DEFAULT '';  -- its host
CREATE INDEX capture_by_original ON capture (memento_of) WHERE memento_of <> '';
