"""People of the roster: as coordinators look at them, add and change them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from actions.edit_person import Unfit, add, change
from actions.edit_person import find as known
from console.api.operation import (
    Body,
    Call,
    Id,
    Listed,
    Nothing,
    Number,
    Operation,
    Paging,
    listed,
    part_of,
)
from console.api.problems import Problem, not_found, unfit
from console.site import Site
from domain.language import Language
from domain.roster_cells import MOST_NAME, MOST_NUMBER, MOST_TAGS, MOST_WORDS, parted
from storage import employments, listing
from storage.database import Connection
from storage.employments import Job
from storage.listing import Part, Somebody

Text = Annotated[str, Field(pattern=r"^[^\u0000-\u001f\u007f]*$")]
Name = Annotated[Text, Field(min_length=1, max_length=MOST_NAME)]
Email = Annotated[Text, Field(min_length=3, max_length=254, examples=["ona@library.example"])]
Word = Annotated[Text, Field(max_length=MOST_WORDS)]
# A label; several stand with commas between them where they are kept.
Tag = Annotated[
    str, Field(pattern=r"^[^\u0000-\u001f\u007f,;]+$", max_length=MOST_WORDS, examples=["drivers"])
]
# Which field a problem of a roster is about.
_FIELDS: Final = {
    **dict.fromkeys(("email_missing", "email", "email_letter", "taken", "elsewhere"), "email"),
    **dict.fromkeys(("name", "name_missing", "name_long"), "name"),
    **dict.fromkeys(("no_place", "place_unknown"), "organisation"),
    "number_long": "number",
    "job_long": "job",
    **dict.fromkeys(("tags_many", "tag_long"), "tags"),
    **dict.fromkeys(("language", "language_not_offered"), "language"),
    **dict.fromkeys(("leave_half", "leave_order"), "leave_until"),
}


class Work(BaseModel):
    """What an organisation says of somebody's work there."""

    organisation: int
    number: str
    job: str
    tags: list[str]
    hired_on: date | None
    left_on: date | None


class Person(BaseModel):
    """Somebody on the roster. `left_on`: from that day on nothing comes to them; `joined_at`: they learn here since.

    `works` is all their work that the token may see; `organisation`, `number`, `job`, `tags`, `hired_on` and `left_on`
    are of the first.
    """

    id: int
    organisation: int
    name: str
    email: str
    number: str = Field(description="Their personnel number; empty when nobody said.")
    language: Language
    job: str
    tags: list[str] = Field(description="The labels that the organisation puts on them.")
    hired_on: date | None
    left_on: date | None
    leave_from: date | None
    leave_until: date | None
    joined_at: datetime | None
    works: list[Work]


class People(Paging):
    """Which people."""

    organisation: Number | None = Field(None, description="Of this place alone, without those under it.")
    email: Text | None = Field(None, max_length=254)
    number: Text | None = Field(None, max_length=MOST_NUMBER)


class Words(Body):
    """What a roster says of somebody."""

    number: Annotated[Text, Field(max_length=MOST_NUMBER)] | None = None
    job: Word | None = None
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] | None = None
    hired_on: date | None = None
    left_on: date | None = None
    leave_from: date | None = None
    leave_until: date | None = None


class NewPerson(Words):
    """Somebody new. Without an organisation they belong to the one whose e-mail domain their address has."""

    name: Name
    email: Email
    organisation: Id | None = None
    language: Language | None = None


def without_defaults(schema: dict[str, Any]) -> None:
    """What is not sent has no value."""
    for each in schema["properties"].values():
        each.pop("default", None)


class ChangedPerson(Words):
    """What becomes different; null takes it back. What is not sent stays. `left_on` marks them as left."""

    model_config = ConfigDict(defer_build=True, json_schema_extra=without_defaults)
    name: Name = ""
    email: Email = ""
    organisation: Id = 0
    language: Language = "en"


def find(tx: Connection, call: Call[People, None]) -> Listed[Person]:
    """Those who are asked for."""
    query = call.query
    asked = {"organisation": query.organisation, "email": query.email, "number": query.number}
    found = listing.everybody(tx, call.caller.scope, part_of(query), **asked)  # type: ignore[arg-type]
    answer: Listed[Person] = listed(query, _shown(tx, call, found), lambda each: each, lambda each: each.id)
    return answer


def get(tx: Connection, call: Call[Nothing, None]) -> Person | None:
    """The one of the address."""
    found = listing.everybody(tx, call.caller.scope, Part(only=call.id))
    return _shown(tx, call, found)[0] if found else None


def bring(tx: Connection, call: Call[Nothing, NewPerson]) -> int:
    """Somebody new; 0 for somebody who learns elsewhere, and is there only when they have agreed."""
    scope, body = call.caller.scope, call.body
    try:
        person = add(tx, scope, _cells(body), body.organisation, now=call.now, asks=True)
    except Unfit as wrong:
        raise _problem(call.site, wrong) from wrong
    return person if known(tx, scope, person) else 0


def edit(tx: Connection, call: Call[Nothing, ChangedPerson]) -> int:
    """Somebody changes."""
    try:
        change(
            tx, call.caller.scope, call.id, _cells(call.body), call.body.organisation or None, now=call.now
        )
    except Unfit as wrong:
        raise (not_found() if wrong.problem.code == "nobody" else _problem(call.site, wrong)) from wrong
    return call.id


def _cells(body: Words) -> dict[str, str]:
    """The body as cells of a roster: "" takes back what is there."""
    said: dict[str, Any] = body.model_dump(mode="json", exclude_unset=True, exclude={"organisation"})
    return {
        name: ", ".join(value) if isinstance(value, list) else value or "" for name, value in said.items()
    }


def _problem(site: Site, wrong: Unfit) -> Problem:
    problem = wrong.problem
    told = site.say("en", f"people.problem.{problem.code}", value=problem.value)
    return unfit(problem.code, told, _FIELDS.get(problem.code))


def _shown(tx: Connection, call: Call[Any, Any], found: Sequence[Somebody]) -> list[Person]:
    jobs = employments.jobs(tx, [each.id for each in found], call.caller.scope.at("see"))
    return [_person(each, jobs[each.id]) for each in found]


def _person(found: Somebody, jobs: Sequence[Job]) -> Person:
    return Person(
        id=found.id,
        organisation=found.organisation,
        name=found.name,
        email=found.email,
        number=found.number,
        language=found.language,
        job=found.job,
        tags=parted(jobs[0].tags),
        hired_on=_day(found.hired_on),
        left_on=_day(found.left_on),
        leave_from=_day(found.leave_from),
        leave_until=_day(found.leave_until),
        joined_at=found.joined_at,
        works=[_work(each) for each in jobs],
    )


def _work(job: Job) -> Work:
    return Work(
        organisation=job.place,
        number=job.number,
        job=job.job,
        tags=parted(job.tags),
        hired_on=_day(job.hired_on),
        left_on=_day(job.left_on),
    )


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


OPERATIONS: Final = (
    Operation(
        "list_people",
        "GET",
        "/people",
        "people:read",
        "List people",
        find,
        Listed[Person],
        query=People,
        sees=True,
    ),
    Operation("get_person", "GET", "/people/{id}", "people:read", "Look at a person", get, Person, sees=True),
    Operation(
        "add_person",
        "POST",
        "/people",
        "people:write",
        "Add a person",
        bring,
        body=NewPerson,
        makes=True,
        asks=True,
    ),
    Operation(
        "change_person",
        "PATCH",
        "/people/{id}",
        "people:write",
        "Change a person, or mark them as left",
        edit,
        body=ChangedPerson,
    ),
)
