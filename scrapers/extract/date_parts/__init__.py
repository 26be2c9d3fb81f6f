"""What a printed date is made of: names of months, calendars, clocks, the order of numbers."""
