"""Question banks of other programs: read into cards, and written from them. A format is one file and one line."""
