"""Certificates as documents: a page to print, and a badge that other programs check."""
