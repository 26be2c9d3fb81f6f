"""Search engines compared: same documents, same queries, one run. See RESULTS.md."""
