"""What the rooms count. Count on the event loop and after the commit: what is rolled back never was."""

from typing import Final

from actions.meters import Count, Level, Spread

SENDS: Final = Count()
"""Attempts to send that ended: channel, outcome."""
INGEST: Final = Spread(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0)
"""Seconds from an update's receipt until it was handled."""
ROOMS: Final = Level()
"""1 while a room runs, 0 when it fell and waits to be opened again: its name."""
LEASES: Final = Level()
"""1 while this process may send to a messenger, 0 when another one does: channel."""
