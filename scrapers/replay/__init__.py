"""The fetcher that answers requests from WARC files, as the network answered then."""
