"""Import the files of others: WARC, ARC and WACZ files, and text collections."""
