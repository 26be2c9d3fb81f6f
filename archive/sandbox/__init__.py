"""Parse untrusted bytes in a worker process under limits; its crash does not affect the parent."""
