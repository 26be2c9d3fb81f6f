"""Watches: saved queries, quotations and sources, and the alerts when news concern them."""
