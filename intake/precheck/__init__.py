"""Lets a provider see, before sending, what would be refused: its own process and port. Nothing is
kept: no file, no row, no word in a log."""
