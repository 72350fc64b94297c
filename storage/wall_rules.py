"""How a row of each table belongs to organisations: what readers of PostgreSQL may see of it, and what they may write.

A rule is a condition in SQL on the row; what other tables are asked in it is narrowed by their rules in turn. MINE and
LINE are looked up once for a statement, not for each row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MINE: Final = "ANY ((SELECT zinute_mine())::int[])"  # the reader's organisations
LINE: Final = "ANY ((SELECT zinute_line())::int[])"  # these, and all above them
PROGRAMMES: Final = "ANY ((SELECT zinute_programmes())::int[])"  # for their people; and their originals

# A programme's: what no organisation owns is written by whoever writes at all of them.
OWNED: Final = f"programme.owner_id = {MINE} OR (programme.owner_id IS NULL AND (SELECT zinute_everywhere()))"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows a reader sees, and which they may write; "" is none."""

    sees: str
    writes: str = ""


def _own(column: str = "organisation_id", *, line: bool = False) -> Rule:
    """A row of the organisation in this column; `line`: those under it see it too."""
    return Rule(f"{{table}}.{column} = {LINE if line else MINE}", f"{{table}}.{column} = {MINE}")


def _by(parent: str, column: str, key: str = "id") -> Rule:
    """A row that hangs below another one, and is whose that is."""
    there = f"EXISTS (SELECT FROM {parent} AS parent WHERE parent.{key} = {{table}}.{column})"
    return Rule(there, there)


def _taught(column: str) -> Rule:
    """A part of a programme: its owners write it."""
    owned = f"SELECT FROM programme WHERE programme.id = {{table}}.{column} AND ({OWNED})"
    return Rule(_by("programme", column).sees, f"EXISTS ({owned})")


# What is seen of those who only work here is more than may be written: that is said for each table. What the chat and
# the clock alone write of what somebody does, no reader writes, of whomever.
_PERSON: Final = Rule(_by("person", "person_id").sees)
_ENROLMENT: Final = Rule(_by("enrolment", "enrolment_id").sees)
_HOME: Final = (
    f"EXISTS (SELECT FROM person WHERE person.id = {{table}}.person_id AND person.organisation_id = {MINE})"
)
_THEIRS: Final = Rule(_PERSON.sees, _HOME)  # the person's own, which their main organisation writes for them
_EVERYBODY: Final = Rule("true")
_NOBODY: Final = Rule("")
_ASKS: Final = "EXISTS (SELECT FROM doorstep AS d WHERE d.address_id = address.id)"
_IS_GROUP: Final = "EXISTS (SELECT FROM chat_group AS g WHERE g.address_id = address.id)"
# What of other owners is not offered is looked up only where there is such a one.
_OFFERED: Final = (
    "programme.owner_id IS NULL OR programme.reach = 'everybody' "
    f"OR programme.owner_id = {LINE} OR programme.id = {PROGRAMMES}"
)
FURTHER: Final = "ANY ((SELECT zinute_further())::int[])"  # who works there besides their main organisation
# A person, the one place that says whose they are: all that hangs below people follows it.
_AT_HOME: Final = f"person.organisation_id = {MINE}"
_IS_SEEN: Final = Rule(f"{_AT_HOME} OR person.id = {FURTHER}", _AT_HOME)
_GAVE: Final = (
    f"EXISTS (SELECT FROM employment AS e WHERE e.id = given.employment_id AND e.organisation_id = {MINE})"
)
# What somebody asks to have corrected of their work there, or of themselves: that is for where they are at home.
_OF_WORK: Final = (
    f"(correction.employment_id IS NULL AND {_HOME.format(table='correction')}) OR EXISTS (SELECT FROM employment AS e "
    f"WHERE e.id = correction.employment_id AND e.organisation_id = {MINE} AND e.agreed_at IS NOT NULL)"
)
# What has been told is seen by all under the place; what is only meant to be, where it is written.
_TOLD: Final = (
    f"announcement.organisation_id = {MINE} OR (announcement.begun_at IS NOT NULL "
    f"AND (announcement.organisation_id IS NULL OR announcement.organisation_id = {LINE}))"
)
# A programme that two houses of somebody gave is seen by both, and each thing of it is told at one of them.
_OF_GIVEN: Final = (
    "EXISTS (SELECT FROM given JOIN programme_version AS v ON v.programme_id = given.programme_id "
    "WHERE given.person_id = activity.person_id AND v.id = (activity.details::json ->> 'version')::int "
    f"AND ({_GAVE} OR (NOT given.alone AND {_HOME.format(table='given')})))"
)
# A file that says for each person where they are is whoever's who brought it.
_BROUGHT: Final = "roster_import.by_id = (SELECT nullif(current_setting('zinute.person', true), '')::int)"
_IMPORT: Final = (
    f"roster_import.organisation_id = {MINE} OR (roster_import.organisation_id IS NULL AND {_BROUGHT})"
)

# Who sits or waits is seen where they are, and is changed by whoever holds the webinar.
_HOLDS: Final = (
    f"EXISTS (SELECT FROM webinar AS w WHERE w.id = {{table}}.webinar_id AND w.organisation_id = {MINE})"
)

RULES: Final[Mapping[str, Rule]] = {
    "activity": Rule(f"{_own().sees} OR {_OF_GIVEN}", _own().writes),
    "address": Rule(f"{_PERSON.sees} OR (address.person_id IS NULL AND ({_ASKS} OR {_IS_GROUP}))", _HOME),
    "adoption": _own(line=True),
    "announcement": Rule(_TOLD, _own().writes),
    "answer": _ENROLMENT,
    "api_request": _by("api_token", "token_id"),
    "api_token": _own(),
    "assignment": _own(line=True),
    "attempt": _by("outbox", "outbox_id"),
    "attendance_report": Rule(_HOLDS, _HOLDS),
    "attendance_row": _by("attendance_report", "report_id"),
    "audit": Rule(_own().sees),
    "authenticator": _NOBODY,
    "bucket": _NOBODY,
    "calendar": _NOBODY,
    "campaign": _own(),
    "campaign_step": _by("campaign", "campaign_id"),
    "ceremony": _NOBODY,
    "certificate": _own(),
    "certificate_count": _NOBODY,
    "confirmation": Rule(f"{_by('announcement', 'announcement_id').sees} AND {_PERSON.sees}"),
    "chat_group": _own(),
    "correction": Rule(_OF_WORK, _OF_WORK),
    "closing": _own(),
    "data_link": _NOBODY,
    "door_try": _NOBODY,
    "doorstep": _own(),
    "draft": _taught("programme_id"),
    "employment": Rule(f"{_own().sees} OR {_PERSON.sees}", _own().writes),
    "enrolment": _PERSON,
    "erasure": _THEIRS,
    "forgetting": _EVERYBODY,
    "fork": _taught("programme_id"),
    "gap": _EVERYBODY,
    "given": Rule(_PERSON.sees, f"{_HOME} OR {_GAVE}"),
    "hook": _own(),
    "hook_delivery": _by("hook", "hook_id"),
    "inbox": _NOBODY,
    "instance": _EVERYBODY,
    "invitation": _THEIRS,
    "join_link": _own(),
    "lesson_before": _ENROLMENT,
    "lesson_done": _ENROLMENT,
    "mailed_code": _NOBODY,
    "media": Rule("true", "true"),  # found by its digest only, which is of its content
    "media_handle": _NOBODY,
    "memory": _PERSON,
    "organisation": Rule(f"organisation.id = {LINE}"),
    "outbox": _own(),
    "passkey": _NOBODY,
    "password": _NOBODY,
    "person": _IS_SEEN,
    "person_changed": _NOBODY,
    "picture": _taught("programme_id"),
    "privacy_notice": _own(line=True),
    "programme": Rule(_OFFERED, OWNED),
    "programme_version": _taught("programme_id"),
    "provided": _NOBODY,
    "provider": _NOBODY,
    "provisioned": _own(),
    "reached": _PERSON,
    "record_store": _NOBODY,
    "recovery_code": _NOBODY,
    "recording": Rule(_by("webinar", "webinar_id").sees, _HOLDS),
    "registration": Rule(_PERSON.sees, _HOLDS),
    "reply": _by("answer", "answer_id"),  # whoever wrote it may be at home elsewhere
    "review": _PERSON,
    "role": Rule(f"{_own().sees} OR {_PERSON.sees}", _own().writes),
    "roster_import": Rule(_IMPORT, _IMPORT),
    "schedule": _PERSON,
    "search_card": _taught("programme_id"),
    "search_words": _by("search_card", "id"),
    "segment": _own(),
    "sender": _EVERYBODY,
    "session": _NOBODY,
    "sign_in_link": _NOBODY,
    "sitting": _ENROLMENT,
    "statement": _NOBODY,
    "step": _ENROLMENT,
    "topic": _own(),
    "topic_post": _by("topic", "topic_id"),
    "trainer": _THEIRS,
    "vote": Rule(f"{_by('announcement', 'announcement_id').sees} AND {_PERSON.sees}"),
    "webchat": _NOBODY,
    "webchat_entry": _NOBODY,
    "webinar": _own(line=True),
    "webinar_kept": Rule(_by("webinar", "webinar_id").sees, _HOLDS),
    "webinar_lead": Rule(_HOLDS, _HOLDS),
    "webinar_question": _PERSON,
}
