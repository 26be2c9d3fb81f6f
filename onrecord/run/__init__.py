"""`onrecord run`: visit what is due, then index, alert and deliver."""
