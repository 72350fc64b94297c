"""The learners of the coordinator's organisations: how each is getting on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, Final

from babel.lists import format_list
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actions import assigned
from actions.assign import today_at
from actions.people_behind import Behind, behind
from console import lists
from console.auth import Reader
from console.moments import Moments
from console.seen import see_list
from console.site import Site
from console.sorting import by_name, sort_key
from domain.language import Language
from domain.organisation import Organisation
from storage import corrections, progress
from storage.database import Connection
from storage.progress import Learner, State

SORTS: Final = ("name", "organisation", "programme", "progress", "score", "last", "state")
STATES: Final[tuple[State, ...]] = (
    "learning",
    "waiting",
    "paused",
    "joined",
    "invited",
    "listed",
    "finished",
)
COUNTED: Final = ("progress", "score")  # columns that are of figures
ROWS = 100
ACTIVE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for. `sort` is one of SORTS, after "-" if the other way round; `page` counts from 1.

    `group` of a `programme` (of a `lesson` of it, by its slug) or of an `assignment` are the people behind one of its
    figures; 0: everyone.
    """

    place = "/console"
    choices: ClassVar = {"state": STATES, "sort": {*SORTS, *(f"-{each}" for each in SORTS)}}
    start = "page"
    q: str = ""
    state: str = ""
    sort: str = "name"
    page: int = 1
    programme: int = 0
    group: str = ""
    lesson: str = ""
    assignment: int = 0

    @property
    def narrowed(self) -> bool:
        """It asks for some learners only."""
        return bool(self.q or self.state)

    @property
    def column(self) -> str:
        """The column that is sorted by."""
        return self.sort.removeprefix("-")

    def turned(self, column: str) -> str:
        """The address sorted by a column, or the other way round if it is sorted by it."""
        return self.link(sort=f"-{column}" if self.sort == column else column)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many people there are, and how many of them did what."""

    people: int
    joined: int
    active: int
    finished: int


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the page is made of. `asked` is how many corrections people ask for."""

    figures: Figures
    lines: Sequence[Learner]
    first: int
    total: int
    organisations: list[Organisation]
    latest: int
    behind: Behind | None
    asked: int


def figures(learners: Sequence[Learner], now: datetime) -> Figures:
    """People, not lines: someone with two programmes counts once."""
    everyone = {learner.person for learner in learners}
    waiting = {learner.person for learner in learners if learner.state in ("listed", "invited")}
    active = {learner.person for learner in learners if learner.last_at and learner.last_at > now - ACTIVE}
    finished = {learner.person for learner in learners if learner.state == "finished"}
    under_way = {learner.person for learner in learners if learner.state not in ("listed", "invited")}
    return Figures(len(everyone), len(everyone - (waiting - under_way)), len(active), len(finished))


def behind_it(learners: Sequence[Learner], shown: Behind | None) -> list[Learner]:
    """Each of the people behind a figure in one line: what they do in its programme, if they are in it."""
    if shown is None:
        return list(learners)
    lines, slug = dict[int, Learner](), shown.programme.slug
    for learner in learners:
        here = learner.programme is not None and learner.programme.slug == slug
        if learner.person in shown.people and (here or learner.person not in lines):
            lines[learner.person] = learner
    return list(lines.values())


def chosen(learners: Sequence[Learner], view: View, language: Language) -> list[Learner]:
    """The lines that the view asks for, in its order; lines with nothing to sort by come last either way."""
    wanted = sort_key("en", view.q)[0]
    lines = [
        learner
        for learner in learners
        if view.state in ("", learner.state) and (not wanted or wanted in sort_key("en", learner.name)[0])
    ]
    lines.sort(key=lambda learner: sort_key(language, learner.name), reverse=view.sort == "-name")
    if view.column == "name":
        return lines
    keys = [(_key(learner, view.column, language), learner) for learner in lines]
    some = [(key, learner) for key, learner in keys if key is not None]
    some.sort(key=lambda pair: pair[0], reverse=view.sort.startswith("-"))
    return [learner for _, learner in some] + [learner for key, learner in keys if key is None]


def _key(learner: Learner, column: str, language: Language) -> tuple[str | float, ...] | None:
    match column:
        case "organisation":
            return sort_key(language, learner.organisation.name)
        case "programme":
            return sort_key(language, title(learner, language)) if learner.programme else None
        case "progress":
            return (learner.lessons_done / learner.lessons,) if learner.lessons else None
        case "score":
            return (learner.right / learner.graded,) if learner.graded else None
        case "last":
            return (learner.last_at.timestamp(),) if learner.last_at else None
    return (STATES.index(learner.state) if learner.state in STATES else len(STATES),)


def title(learner: Learner, language: Language) -> str:
    """The programme's title in the language; "" when there is no programme."""
    return learner.programme.text(language).title if learner.programme else ""


def heading(site: Site, language: Language, organisations: Sequence[Organisation]) -> str:
    """The names of the organisations, without what is a part of another one of them; or how many they are."""
    which = {each.id for each in organisations}
    whole = [each for each in organisations if each.above not in which]
    if len(whole) > 3:
        return site.say(language, "learners.organisations", n=len(whole))
    return format_list([each.name for each in by_name(language, whole)], locale=language)


def _behind(tx: Connection, reader: Reader, view: View, now: datetime) -> Behind | None:
    """The people behind the figure that the view names, if it names one."""
    if view.assignment:
        today = today_at(reader.person.organisation, now)
        return assigned.behind(tx, reader.scope, view.assignment, view.group, today)
    if view.programme:
        return behind(tx, reader.scope, view.programme, view.group, lesson=view.lesson, now=now)
    return None


def _look(tx: Connection, reader: Reader, view: View, now: datetime) -> Seen:
    """Lessons and answers are counted of those who are shown; of everybody only to sort by them."""
    scope, shown = reader.scope, _behind(tx, reader, view, now)
    everyone = progress.learners(tx, scope, counting=view.column in COUNTED)
    lines = chosen(behind_it(everyone, shown), view, reader.language)
    first = min((view.page - 1) * ROWS, max(0, len(lines) - 1) // ROWS * ROWS)
    there = lines[first : first + ROWS]
    known = {(each.person, each.version): each for each in progress.learners(tx, scope, of=_people(there))}
    return Seen(
        figures(everyone, now),
        [known[each.person, each.version] for each in there],
        first,
        len(lines),
        list(progress.organisations(tx, scope).values()),
        progress.latest(tx, scope),
        shown,
        len(corrections.wanted(tx, scope)),
    )


def _people(lines: Sequence[Learner]) -> set[int]:
    return {each.person for each in lines}


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console?q=...&state=...&sort=...&page=...`"""

    language, now, view = reader.language, site.now(), View.of(request)
    seen = await site.database.read(partial(_look, reader=reader, view=view, now=now))
    if (view.programme or view.assignment) and seen.behind is None:
        raise HTTPException(404)
    there = [(each.person, each.organisation.id) for each in seen.lines]
    await see_list(site, reader.person.id, "assignment" if view.assignment else "learners", there)
    organisations = seen.organisations
    zones = {each.zone: Moments(site, language, each.zone, now) for each in organisations}
    return site.render(
        request,
        "learners.html",
        language,
        reader=reader,
        latest=seen.latest,
        behind=seen.behind,
        asked=seen.asked,
        heading=heading(site, language, organisations),
        several=len(organisations) > 1,
        figures=seen.figures,
        view=view,
        sorts=[sort for sort in SORTS if sort != "organisation" or len(organisations) > 1],
        named_states=[(state, site.say(language, f"state.{state}")) for state in STATES],
        lines=seen.lines,
        first=seen.first,
        total=seen.total,
        rows=ROWS,
        moments=zones,
        title=title,
    )
