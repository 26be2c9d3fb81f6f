"""Getting: how a publisher is listed, fetched and read. Imports archive."""
