"""Assembly: settings, the command line, start and stop."""

__version__ = "0.1.0"
