"""Copies that other web archives hold: which to ask for, and how (CDX, Memento)."""
