-- What a news item of kind 'template' is about: the blocks that came or went, and the pages on which.
CREATE TABLE news_block (
    news     INTEGER NOT NULL REFERENCES news (seq),
    position INTEGER NOT NULL,
    op       TEXT NOT NULL,      -- insert or delete
    text     TEXT NOT NULL,
    PRIMARY KEY (news, position)
) WITHOUT ROWID;
CREATE TABLE news_page (
    news           INTEGER NOT NULL REFERENCES news (seq),
    position       INTEGER NOT NULL,
    statement      TEXT NOT NULL,
    before         TEXT NOT NULL,  -- version id
    after          TEXT NOT NULL,  -- version id
    capture_before TEXT NOT NULL,
    capture_after  TEXT NOT NULL,
    is_edited      INTEGER NOT NULL,  -- 1: the page has an edit of its own besides
    PRIMARY KEY (news, position)
) WITHOUT ROWID;
