"""The program: command line, settings, and the pipeline that joins archive, scrapers and index."""

VERSION = "0.1.0"
AGENT = f"OnRecord/{VERSION}"  # the agent of events (PREMIS), and the software of WARC files
