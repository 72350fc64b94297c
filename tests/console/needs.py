"""What the routes of announcements need and are sent, as test_matrix.Need and test_same_cost have it of others."""

from collections.abc import Mapping
from typing import Final

from console.pages.announcements import STEERS

HERE: Final = "/console/announcements"
ONE: Final = HERE + "/{id}"
THING: Final = "announcement"
CAMPAIGNS: Final = HERE + "/campaigns"
CAMPAIGN: Final = CAMPAIGNS + "/{id}"
LAUNCH: Final = "campaign"
# Right, address, answer, thing, and the method where it is not the route's.
ANNOUNCEMENTS: Final[Mapping[tuple[str, str], tuple[str, str, int, str, str]]] = {
    ("GET", "announcements"): ("see", HERE, 200, "", ""),
    ("GET", "composing"): ("act", HERE + "/new", 200, "", ""),
    ("POST", "compose"): ("act", HERE + "/new", 422, "", ""),
    ("GET", "recomposing"): ("act", ONE + "/edit", 200, THING, ""),
    ("POST", "recompose"): ("act", ONE + "/edit", 422, THING, ""),
    ("GET", "segments"): ("see", HERE + "/segments", 200, "", ""),
    ("POST", "drop_segment"): ("act", HERE + "/segments/{id}", 303, "segment", ""),
    ("POST", "keep_segment"): ("act", ONE + "/segment", 303, THING, ""),
    ("GET", "enclosing"): ("act", ONE + "/with", 200, THING, ""),
    ("POST", "enclose"): ("act", ONE + "/with", 409, THING, ""),
    ("GET", "announcement_picture"): ("see", ONE + "/picture", 200, THING, ""),
    ("GET", "polling"): ("act", ONE + "/poll", 200, THING, ""),
    ("POST", "poll"): ("act", ONE + "/poll", 409, THING, ""),
    ("GET", "poll_csv"): ("see", ONE + "/poll.csv", 200, THING, ""),
    ("GET", "groups"): ("act", HERE + "/groups", 200, "", ""),
    ("POST", "do_groups"): ("act", HERE + "/groups", 422, "", ""),
    ("GET", "topic"): ("act", HERE + "/groups/{id}/topic", 200, "group", ""),
    ("POST", "do_topic"): ("act", HERE + "/groups/{id}/topic", 422, "group", ""),
    ("POST", "keep_template"): ("act", ONE + "/template", 303, THING, ""),
    ("POST", "do_template"): ("act", HERE + "/template/{id}", 303, "template", ""),
    ("GET", "correcting"): ("act", ONE + "/correct", 200, "told", ""),
    ("POST", "correct_announcement"): ("act", ONE + "/correct", 422, "told", ""),
    ("GET", "announcement"): ("see", ONE, 200, THING, ""),
    ("POST", "do_announcement"): ("act", ONE, 303, THING, ""),
    ("GET", "campaigns"): ("see", CAMPAIGNS, 200, "", ""),
    ("GET", "preparing"): ("act", CAMPAIGNS + "/new", 200, "", ""),
    ("POST", "prepare"): ("act", CAMPAIGNS + "/new", 422, "", ""),
    ("GET", "campaign"): ("see", CAMPAIGN, 200, LAUNCH, ""),
    ("POST", "do_campaign"): ("act", CAMPAIGN, 303, LAUNCH, ""),
    ("GET", "repreparing"): ("act", CAMPAIGN + "/edit", 200, LAUNCH, ""),
    ("POST", "reprepare"): ("act", CAMPAIGN + "/edit", 422, LAUNCH, ""),
    ("GET", "campaign_people"): ("see", CAMPAIGN + "/people", 200, LAUNCH, ""),
    ("GET", "campaign_csv"): ("see", CAMPAIGN + "/campaign.csv", 200, LAUNCH, ""),
    ("GET", "campaign_live"): ("see", CAMPAIGN + "/live", 200, LAUNCH, "HEAD"),
    ("GET", "announced"): ("see", ONE + "/people", 200, THING, ""),
    ("GET", "announced_csv"): ("see", ONE + "/people.csv", 200, THING, ""),
    ("GET", "announcement_live"): ("see", ONE + "/live", 200, THING, "HEAD"),
}
_DEEDS: Final = ("send", "test", "copy", "missed", "silent", "approve", *STEERS)
FORMS_OF_ANNOUNCEMENTS: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "recompose": ({"place": "1", "text-lt": "Words", "what": "language:lt", "how": "is", "join": "and"},),
    "keep_segment": ({"name": "Ours"},),
    "drop_segment": (),
    "enclose": ({"link-1": "https://more.example/", "label-1-lt": "More"}, {"no-picture": "on"}),
    "poll": ({"question-lt": "When?", "answer-1-lt": "Now", "answer-2-lt": "Later"},),
    "keep_template": (),
    "do_topic": ({"do": "stop"}, {"weekday": "1", "hour": "10:00", "language": "lt"}),
    "do_template": ({"do": "remove"}, {"do": "begin"}),
    "correct_announcement": ({"do": "withdraw"}, {"do": "correct", "text-lt": "Words"}),
    "do_announcement": tuple({"do": each} for each in _DEEDS),
    "do_campaign": tuple({"do": each} for each in ("start", "discard", "pause", "resume", "cancel")),
    "reprepare": ({"place": "1", "heads-lt": "Words", "day-heads": "0"},),
}
