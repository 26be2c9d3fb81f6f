"""Fetch and read a publisher's statements. Imports archive only."""
