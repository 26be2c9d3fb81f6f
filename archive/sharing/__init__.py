"""Share files: list what they disclose, and encrypt them."""
