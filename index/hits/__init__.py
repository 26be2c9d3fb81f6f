"""From the matching documents of each segment to ranked, verified hits."""
