"""What the routes of webinars need and are sent.

As test_matrix.Need has it: right, address, answer, thing, method, reaches; and as test_same_cost has it.
"""

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
_WORDS: Final = {"title_lt": "Virusai", "venue": "Salė", "zone": "Europe/Vilnius"}
HELD: Final = {**_WORDS, "date": "2027-01-11", "time": "10:00", "minutes": "60", "capacity": "9"}
FORMS_OF_WEBINARS: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "change_webinar": (HELD, {**HELD, "venue": ""}),
    "attend_webinar": ({"there": "1"},),
    "cancel_webinar": (),
}
_OWN: Final = {**HELD, "organisation": "{own}"}
NAMED: Final[tuple[tuple[str, str, str, str, Mapping[str, str]], ...]] = (
    ("plan", "organisation", "POST", HERE + "/new", {**HELD, "organisation": "{id}"}),
    ("keep", "organisation", "POST", HERE + "/new", {**_OWN, "kept_0": "{id}", "seats_0": "1"}),
    ("train", "person", "POST", HERE + "/new", {**_OWN, "trainer": "{id}"}),
)
