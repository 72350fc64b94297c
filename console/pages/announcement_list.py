"""The list of announcements: a page of them with what became of each, and templates to begin from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from console import lists
from console.audience_words import first_words
from console.auth import Reader
from console.lists import first_of
from console.moments import Moments
from console.numbers import Numbers
from console.pages.announced import state_of
from console.pages.composing import HERE
from console.pages.learners import heading
from console.site import Site
from domain.organisation import Organisation
from storage import announcement_figures, announcements, progress
from storage.announcement_figures import Figures
from storage.announcements import Announced
from storage.database import Connection

PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for: the announcements before one of them."""

    place = HERE
    before: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of announcements with their figures, the last of them if there are more; and templates."""

    found: Sequence[Announced]
    last: Announced | None
    kept: Sequence[Announced]
    figures: Mapping[int, Figures]
    places: Mapping[int, Organisation]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements`"""

    view = View.of(request)

    def look(tx: Connection) -> Listed:
        rows = announcements.of_scope(tx, reader.scope, before=view.before, most=PAGE + 1)
        found, last = first_of(rows, PAGE)
        counted = announcement_figures.figures(tx, reader.scope, [each.id for each in found if each.begun_at])
        kept = announcements.templates(tx, reader.scope)
        return Listed(found, last, kept, counted, progress.organisations(tx, reader.scope))

    listed = await site.database.read(look)
    found, places = listed.found, listed.places
    language, now = reader.language, site.now()
    return site.render(
        request,
        "announcements.html",
        language,
        reader=reader,
        heading=heading(site, language, list(places.values())),
        found=found,
        view=view,
        older=listed.last.id if listed.last else 0,
        templates=[each for each in listed.kept if reader.may(each.organisation)],
        figures=listed.figures,
        places=places,
        several=len(places) > 1,
        first_words=lambda each: first_words(each.texts, language),
        state_of=state_of,
        moments={each.id: Moments(site, language, each.zone, now) for each in places.values()},
        numbers=Numbers(site, language),
    )
