"""One file for each job."""
