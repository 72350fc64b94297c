"""The central store: tables, queries and the one writer."""
