"""What the routes of announcements need, as tests/console/test_matrix.py has it of all others (Need)."""

from collections.abc import Mapping
from typing import Final

HERE: Final = "/console/announcements"
ONE: Final = HERE + "/{id}"
THING: Final = "announcement"
# Right, address, answer, thing, and the method where it is not the route's.
ANNOUNCEMENTS: Final[Mapping[tuple[str, str], tuple[str, str, int, str, str]]] = {
    ("GET", "announcements"): ("see", HERE, 200, "", ""),
    ("GET", "composing"): ("act", HERE + "/new", 200, "", ""),
    ("POST", "compose"): ("act", HERE + "/new", 422, "", ""),
    ("GET", "recomposing"): ("act", ONE + "/edit", 200, THING, ""),
    ("POST", "recompose"): ("act", ONE + "/edit", 422, THING, ""),
    ("GET", "announcement"): ("see", ONE, 200, THING, ""),
    ("POST", "do_announcement"): ("act", ONE, 303, THING, ""),
    ("GET", "announced"): ("see", ONE + "/people", 200, THING, ""),
    ("GET", "announced_csv"): ("see", ONE + "/people.csv", 200, THING, ""),
    ("GET", "announcement_live"): ("see", ONE + "/live", 200, THING, "HEAD"),
}
