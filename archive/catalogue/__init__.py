"""The catalogue (SQLite) of captures, statements and versions; `onrecord rebuild` remakes it."""
