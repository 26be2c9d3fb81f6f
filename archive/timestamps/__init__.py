"""When a checkpoint existed, by the word of others: RFC 3161 and OpenTimestamps."""
