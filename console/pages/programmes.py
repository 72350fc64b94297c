"""The programmes: who finished of those who meant to, how long they learnt, and what that saves."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from actions.programme_figures import Figures, overview
from console.auth import Reader
from console.numbers import Numbers
from console.pages.learners import heading
from console.site import Site
from console.sorting import sort_key
from domain import completion, funnel, item_analysis, saving, time_spent
from domain.disclosure import FEWEST
from domain.language import Language
from domain.organisation import Organisation
from storage import progress
from storage.database import Connection
from storage.item_analysis import SAMPLE
from storage.pace import RECENT

RULES: Final = {
    "fewest": FEWEST,
    "few": item_analysis.FEW,
    "sure": item_analysis.SURE,
    "year": saving.YEAR,
    "slow": time_spent.SLOW,
    "least": time_spent.LEAST,
    "most": time_spent.MOST,
    "stopped": funnel.STOPPED.days,
    "recent": RECENT,
    "sample": SAMPLE,
    "hours": completion.ANOTHER_DAY.seconds // 3600,
}  # what the pages say of how figures are counted


def ordered(figures: list[Figures], language: Language) -> list[Figures]:
    """Those that somebody takes first, each part by its titles."""
    return sorted(
        figures,
        key=lambda each: (
            each.completion.everyone == 0,
            sort_key(language, each.programme.text(language).title),
        ),
    )


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/programmes`"""

    def look(tx: Connection) -> tuple[list[Figures], list[Organisation]]:
        return overview(tx, reader.scope), list(progress.organisations(tx, reader.scope).values())

    figures, organisations = await site.database.read(look)
    language = reader.language
    return site.render(
        request,
        "programmes.html",
        language,
        reader=reader,
        heading=heading(site, language, organisations),
        programmes=ordered(figures, language),
        taken=any(each.completion.everyone for each in figures),
        numbers=Numbers(site, language),
        rules=RULES,
    )
