"""Lesson files in: read, checked, made into domain objects."""
