-- Quarantine: whether other statements of a source say the very same words.
CREATE INDEX version_by_words ON version (text_sha256, statement);
