"""Open the files of others for import: WARC, ARC and WACZ, however they are packed."""
