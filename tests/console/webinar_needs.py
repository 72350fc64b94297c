"""What the routes of webinars need, as test_matrix.Need has it: right, address, answer, thing, method, reaches."""

from collections.abc import Mapping
from typing import Any, Final

HERE: Final = "/console/webinars"
ONE: Final = HERE + "/{id}"
WEBINARS: Final[Mapping[tuple[str, str], tuple[Any, ...]]] = {
    ("GET", "webinars"): ("see", HERE),
    ("GET", "planning"): ("act", HERE + "/new"),
    ("POST", "plan"): ("act", HERE + "/new", 422),
    ("GET", "webinar"): ("see", ONE, 200, "webinar", "", True),
    ("GET", "edit_webinar"): ("act", ONE + "/edit", 200, "webinar"),
    ("POST", "change_webinar"): ("act", ONE + "/edit", 422, "webinar"),
    ("POST", "attend_webinar"): ("act", ONE + "/attendance", 303, "webinar"),
    ("POST", "cancel_webinar"): ("act", ONE + "/cancel", 303, "webinar"),
    ("GET", "join_webinar"): (None, "/webinar/join/none.none", 404),
    ("GET", "webinar_file"): (None, "/webinar/calendar/none.none", 404),
}
