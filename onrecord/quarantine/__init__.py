"""Captures that are unlike their source: which are set aside, and what a person decides."""
