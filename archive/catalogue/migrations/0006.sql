-- Facts of events as values only: what a visit gave, and nothing twice.

-- A visit (kinds 'capture', 'ingestion'): detail was '3 statements, 4 versions, 5 readings', facts were
-- the numbers of captures by outcome, as text. CAST reads the digits at the beginning.
UPDATE event SET
    facts = json_object(
        'statements', CAST(detail AS INTEGER),
        'versions', CAST(substr(detail, instr(detail, ' statements, ') + 13) AS INTEGER),
        'readings', CAST(substr(detail, instr(detail, ' versions, ') + 11) AS INTEGER),
        'captures', json((
            SELECT json_group_object(key, CAST(value AS INTEGER)) FROM json_each(event.facts)
        ))
    ),
    detail = ''
WHERE kind IN ('capture', 'ingestion');

-- A problem of reading: all of it is in facts.
UPDATE event SET
    facts = json_patch(
        json_object('source', '', 'url', '', 'field', 'page', 'problem', 'unread', 'expected', '', 'found', detail),
        facts
    ),
    detail = ''
WHERE kind = 'reading';

-- A check says what it was of.
UPDATE event SET facts = json_object('check', '') WHERE kind = 'fixity check' AND json_extract(facts, '$.check') IS NULL;
