"""The demonstration at the size of a nation: 10,000 invented people who have been learning for two years."""
