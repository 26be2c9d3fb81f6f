"""What channels are given: the words of alerts, feed files."""
