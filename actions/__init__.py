"""Use cases: load facts, decide, save and enqueue, in one transaction each."""
