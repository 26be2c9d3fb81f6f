"""Write evidence: the WARC store, the files that it writes, and what a crash left of them."""
