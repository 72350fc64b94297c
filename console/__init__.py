"""Browsers: the coordinators' pages."""
