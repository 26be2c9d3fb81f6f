"""Parse HTML: the tree of a page, what CSS selects in it, and its text, one block a line."""
