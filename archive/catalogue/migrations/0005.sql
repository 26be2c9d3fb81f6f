-- Facts that earlier versions stored inside sentences for people, as columns and JSON values.

-- Where a redirect leads: an absolute URL; '' for every other outcome.
ALTER TABLE capture ADD COLUMN location TEXT NOT NULL DEFAULT '';
UPDATE capture SET location = substr(note, 4), note = '' WHERE outcome = 'redirect' AND note LIKE 'to %';
CREATE INDEX capture_by_location ON capture (source, location) WHERE location <> '';

-- Problems of reading (events of kind 'reading'): facts has, besides source and field, what kind of problem
-- it is ('unread', 'doubt'), and what was expected and found.
UPDATE event SET facts = json_set(
    facts,
    '$.url', CASE
        WHEN instr(detail, ': ' || json_extract(facts, '$.field') || ': expected ') = 0 THEN ''
        ELSE substr(detail, 1, instr(detail, ': ' || json_extract(facts, '$.field') || ': expected ') - 1)
    END,
    '$.problem', CASE WHEN detail LIKE '%; kept as printed' THEN 'doubt' ELSE 'unread' END,
    '$.expected', CASE
        WHEN instr(detail, ': expected ') = 0 THEN ''
        WHEN instr(detail, ', found ') = 0 THEN substr(detail, instr(detail, ': expected ') + 11)
        ELSE substr(
            detail,
            instr(detail, ': expected ') + 11,
            instr(detail, ', found ') - instr(detail, ': expected ') - 11
        )
    END,
    '$.found', CASE WHEN instr(detail, ', found ') = 0 THEN detail ELSE replace(substr(detail, instr(detail, ', found ') + 8), '; kept as printed', '') END
) WHERE kind = 'reading';

-- Runs that failed because the disk refused have an outcome of their own.
UPDATE run SET outcome = 'storage-refused' WHERE outcome = 'failed' AND detail LIKE 'disk: %';
