"""Turn the matching documents of each segment into ranked, verified hits."""
