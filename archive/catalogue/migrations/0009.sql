-- Pages without a source are one statement where one names the other as its canonical address, or
-- where one leads to the other for good: statements are looked up by the address of a version.
CREATE INDEX version_by_url ON version (url);
