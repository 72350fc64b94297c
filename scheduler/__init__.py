"""Time: jobs that claim due rows."""
