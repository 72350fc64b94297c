"""What the routes of webinars need and are sent.

As test_matrix.Need has it: right, address, answer, thing, method, reaches; and as test_same_cost has it.
"""

from collections.abc import Mapping
from typing import Any, Final

HERE: Final = "/console/webinars"
ONE: Final = HERE + "/{id}"
REPORT: Final = ONE + "/presence/{id}"  # planted.py gives each webinar one report, with its number
WEBINARS: Final[Mapping[tuple[str, str], tuple[Any, ...]]] = {
    ("GET", "webinars"): ("see", HERE),
    ("GET", "planning"): ("act", HERE + "/new"),
    ("POST", "plan"): ("act", HERE + "/new", 422),
    ("GET", "trainers"): ("see", HERE + "/trainers"),
    ("POST", "change_trainer"): ("act", HERE + "/trainers/{id}", 303, "grant"),
    ("GET", "webinar"): ("see", ONE, 200, "webinar", "", True),
    ("GET", "edit_webinar"): ("act", ONE + "/edit", 200, "webinar"),
    ("POST", "change_webinar"): ("act", ONE + "/edit", 422, "webinar"),
    ("POST", "attend_webinar"): ("act", ONE + "/attendance", 303, "webinar"),
    ("GET", "presence"): ("act", ONE + "/presence", 200, "webinar"),
    ("POST", "bring_presence"): ("act", ONE + "/presence", 422, "webinar"),
    ("GET", "report_of_presence"): ("act", REPORT, 200, "webinar"),
    ("POST", "take_presence"): ("act", REPORT, 303, "webinar"),
    ("GET", "webinar_door"): ("act", ONE + "/door", 200, "webinar"),
    ("POST", "print_code"): ("act", ONE + "/door", 303, "webinar"),
    ("GET", "webinar_door_live"): ("act", ONE + "/door/live", 200, "webinar", "HEAD"),
    ("GET", "webinar_paper"): ("act", ONE + "/door/paper", 404, "webinar"),
    ("GET", "enter_door"): (None, "/webinar/door/0000-0000"),
    ("POST", "cancel_webinar"): ("act", ONE + "/cancel", 303, "webinar"),
    ("POST", "settle_registrations"): ("act", ONE + "/approval", 422, "webinar"),
    ("GET", "recordings"): ("see", HERE + "/recordings"),
    ("GET", "recording"): ("act", ONE + "/recording", 200, "webinar"),
    ("POST", "record"): ("act", ONE + "/recording", 422, "webinar"),
    ("GET", "join_webinar"): (None, "/webinar/join/none.none", 404),
    ("GET", "webinar_file"): (None, "/webinar/calendar/none.none", 404),
}
WEBINARS_OF_OTHERS: Final = (
    "webinars",
    "webinar",
    "trainers",
    "recordings",
)  # of a place above, by their names
_WORDS: Final = {"title_lt": "Virusai", "venue": "Salė", "zone": "Europe/Vilnius"}
HELD: Final = {**_WORDS, "date": "2027-01-11", "time": "10:00", "minutes": "60", "capacity": "9"}
FORMS_OF_WEBINARS: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "change_trainer": ({"spoken": "lt"},),
    "change_webinar": (HELD, {**HELD, "venue": ""}),
    "settle_registrations": ({"who": "1", "do": "approve"}, {"who": "1", "do": "refuse"}),
    "record": ({"link": "https://rec.example/"}, {"link": "none"}),
    "attend_webinar": ({"there": "1", "on": "1", "ticked": "", "q": "", "page": "1"},),
    "bring_presence": ({"zone": "Europe/Vilnius"}, {"zone": "nowhere"}),
    "take_presence": ({"who-2": "1", "absent": "yes"},),
    "print_code": ({"do": "print"}, {"do": "stop"}),
    "cancel_webinar": (),
}
_OWN: Final = {**HELD, "organisation": "{own}"}
NAMED: Final[tuple[tuple[str, str, str, str, Mapping[str, str]], ...]] = (
    ("plan", "organisation", "POST", HERE + "/new", {**HELD, "organisation": "{id}"}),
    ("keep", "organisation", "POST", HERE + "/new", {**_OWN, "kept_0": "{id}", "seats_0": "1"}),
    ("train", "person", "POST", HERE + "/new", {**_OWN, "trainer": "{id}"}),
)
