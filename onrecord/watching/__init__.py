"""Who is to be told what: saved queries, quotations and sources, and how alerts reach people."""
