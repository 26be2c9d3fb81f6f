"""Web addresses, and URLs of archived copies and passages: Memento, SURT, text fragments."""
