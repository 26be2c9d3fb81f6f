"""Which captures, statements and versions are held. A cache: `onrecord rebuild` makes it anew."""
