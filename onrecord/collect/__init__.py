"""Collecting: crawl, ingest, import, backfill, and rebuilding the catalogue."""
