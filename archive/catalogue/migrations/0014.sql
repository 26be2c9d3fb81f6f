-- Numbers of our own for what arrives, and where in the log its rows are vouched for.

-- The last number given in each series: capture.arrival, version.seq, news.seq, alert.seq. A number is
-- given in the transaction that commits its row, once and never again: also after the last rows were
-- erased, when SQLite would give theirs again, and in the catalogue that a rebuild makes.
CREATE TABLE arrival_number (
    series TEXT PRIMARY KEY,
    last   INTEGER NOT NULL
);

-- Order of arrival of captures. It was the rowid, which VACUUM, and an erasure of the last rows, change.
ALTER TABLE capture ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;
UPDATE capture SET arrival = numbered.number
    FROM (SELECT id AS capture, row_number() OVER (ORDER BY rowid) AS number FROM capture) AS numbered
    WHERE numbered.capture = capture.id;
CREATE UNIQUE INDEX capture_by_arrival ON capture (arrival);

-- "noticed" was a rowid, too. After an erasure it lay ahead of what arrived next: what may have arrived
-- since the first erasure is examined again. News has keys, so nothing is told twice.
UPDATE fact SET value = min(
    (SELECT count(*) FROM capture WHERE rowid <= CAST(fact.value AS INTEGER)),
    coalesce(
        (
            SELECT min(arrival) - 1 FROM capture
            WHERE captured >= (SELECT min("when") FROM event WHERE kind = 'deaccession')
            OR (
                taken_from <> '' AND role <> 'transcript'
                AND EXISTS (SELECT 1 FROM event WHERE kind = 'deaccession')
            )
        ),
        (SELECT count(*) FROM capture)
    )
) WHERE name = 'noticed';

INSERT INTO arrival_number SELECT 'capture', coalesce(max(arrival), 0) FROM capture;
INSERT INTO arrival_number SELECT 'version', max(
    coalesce((SELECT max(seq) FROM version), 0),
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'version'), 0)
);
INSERT INTO arrival_number SELECT 'news', max(
    coalesce((SELECT max(seq) FROM news), 0),
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'news'), 0),
    coalesce((SELECT max(since) FROM watch), 0),
    coalesce((SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'alerted'), 0)
);
INSERT INTO arrival_number SELECT 'alert', max(
    coalesce((SELECT max(seq) FROM alert), 0),
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'alert'), 0),
    coalesce((SELECT max(told) FROM channel), 0)
);

-- Which entry of the log vouches for a row (docs/trust.md). The table itself is not vouched for: a wrong
-- line in it costs time, or the name of a field.
CREATE TABLE voucher (
    row_key  BLOB PRIMARY KEY, -- 16 bytes, of capture and row
    entry    INTEGER NOT NULL, -- number of the log's entry
    position INTEGER NOT NULL, -- where that entry begins in entries.jsonl, in bytes
    checks   BLOB NOT NULL     -- two bytes for each field, by which a changed one is named
) WITHOUT ROWID;

-- A page's visible text is kept where a version refers to it. Before, that of every capture was.
CREATE INDEX version_by_layer ON version (layer_sha256) WHERE layer_sha256 <> '';
DELETE FROM layer WHERE NOT EXISTS (
    SELECT 1 FROM version WHERE version.layer_sha256 <> '' AND version.layer_sha256 = layer.sha256
);
DELETE FROM version_text WHERE NOT EXISTS (
    SELECT 1 FROM version WHERE version.text_sha256 = version_text.sha256
);
