"""Before a file is handed on: what it discloses, and its encryption."""
