"""The tool: command line, settings, and the pipeline that joins archive, scrapers and index."""

VERSION = "0.1.0"
AGENT = f"OnRecord/{VERSION}"  # in the sense of PREMIS: what did it
