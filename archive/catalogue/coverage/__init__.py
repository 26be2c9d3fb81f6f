"""What is held of each source and day, and where statements are missing."""
