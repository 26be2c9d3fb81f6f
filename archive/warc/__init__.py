"""WARC files: written, read, recovered, checked (ISO 28500:2017, WARC 1.1)."""
