"""The web application and the processes that serve it."""
