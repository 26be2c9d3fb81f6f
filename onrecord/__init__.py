"""The tool: command line, settings, and the pipeline that joins archive, scrapers and index."""
