"""Ways to find what a publisher has published: one module each."""
