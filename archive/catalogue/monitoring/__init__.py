"""Catalogue tables about collecting: runs, schedule, health, news, watches, alerts."""
