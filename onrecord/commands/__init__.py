"""What may be asked of the tool: one file a verb, each defining `command`."""
