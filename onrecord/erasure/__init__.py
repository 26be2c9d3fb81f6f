"""Finish erasures that were begun, before anything is read or written."""
