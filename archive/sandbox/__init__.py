"""Work on bytes of strangers in a process of its own, under limits, whose end is no end of ours."""
