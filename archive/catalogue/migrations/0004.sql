-- Quarantine: whether other statements of a source have the very same text.
CREATE INDEX version_by_words ON version (text_sha256, statement);
