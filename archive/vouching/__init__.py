"""What the log vouches for besides stored bytes: rows that the catalogue makes of them."""
