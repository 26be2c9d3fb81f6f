"""Verify, repair and erase the evidence: WARC files, the log, the clock."""
