"""A programme: where people stop, which questions need attention, and what it saves."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.lists import format_list
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actions.assign import today_at
from actions.assigned import Given, given
from actions.author import writable
from actions.programme_figures import Asked, Insight, insight
from actions.translate import Translating, translating
from console.auth import Reader
from console.lists import number
from console.numbers import Numbers
from console.pages.learners import heading
from console.pages.programmes import RULES
from console.site import Site, language_name
from domain import disclosure
from domain.disclosure import FEWEST, Share
from domain.funnel import Stage
from domain.item_analysis import Item, unused
from domain.language import LANGUAGES, Language
from domain.programme import Card
from domain.question import Question
from domain.sharing import Basis
from storage import progress, sharing
from storage.assignment_figures import Ways, ways
from storage.database import Connection

MOST_STOPS = 3  # cards that are named
CLOSE = ("key", "hard", "weak")  # findings for which the options are shown at once


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option, and how many chose it (None where that is not shown) of those who were shown it."""

    text: str
    correct: bool
    people: int | None
    of: int


@dataclass(frozen=True, slots=True)
class Words:
    """Lessons and questions in the reader's language, and what may be shown of their answers."""

    site: Site
    found: Insight
    language: Language

    def question(self, asked: Asked) -> Question:
        """The question as the reader reads it."""
        lesson, card = asked.spot
        question = self.found.figures.programme.lessons[lesson].text(self.language).cards[card].question
        assert question is not None, "only questions are judged"
        return question

    def share(self, item: Item) -> Share | None:
        """What first answers are worth, as far as it may be told."""
        return disclosure.share(item.difficulty, whole=item.answers, lowest=item.wrong, highest=item.right)

    def right(self, stage: Stage) -> Share | None:
        """The same of a lesson's questions together; the fewest people who answered one decide."""
        wrong, right = sum(item.wrong for item in stage.items), sum(item.right for item in stage.items)
        if any(0 < item.answers < FEWEST for item in stage.items):
            return None
        return disclosure.share(stage.right, whole=stage.answers, lowest=wrong, highest=right)

    def options(self, asked: Asked) -> list[Chosen]:
        """The options with who chose them; last those that are offered no more, if somebody chose one."""
        question, item = self.question(asked), asked.item
        counts, shown_to = [*item.chosen, item.gone], [*item.offered, item.answers]
        if not item.gone:
            counts, shown_to = counts[:-1], shown_to[:-1]
        if question.kind == "single":
            told = disclosure.cells(counts, question.right)
        else:
            told = disclosure.marks(counts, shown_to)
        names = [(option.text.plain, option.correct) for option in question.options]
        gone = (self.site.say(self.language, "questions.gone"), False)
        return [
            Chosen(text, correct, people, of)
            for (text, correct), people, of in zip((*names, gone), told, shown_to, strict=False)
        ]

    def unused(self, asked: Asked) -> str:
        """The options that nobody chose, as a list in a sentence."""
        named = [self.question(asked).options[each].text.plain for each in unused(asked.item)]
        quoted = [self.site.say(self.language, "quoted", text=each) for each in named]
        return format_list(quoted, locale=self.language)

    def pace(self, asked: Asked) -> float | None:
        """The median of seconds until the answer, of enough people."""
        return asked.pace.seconds if asked.pace and asked.pace.people >= FEWEST else None

    def stops(self, stage: Stage) -> list[tuple[int, int]]:
        """The cards at which most people stopped, and how many."""
        known = [(card, people) for card, people in stage.stops.items() if card is not None]
        return sorted(known, key=lambda each: (-each[1], each[0]))[:MOST_STOPS]

    def card(self, stage: Stage, card: int) -> str:
        """What a card asks or says, in a few words."""
        cards = stage.lesson.text(self.language).cards
        return shortened(_said(cards[card])) if card < len(cards) else ""


@dataclass(frozen=True, slots=True)
class Shared:
    """What the programme is a copy of, whether the reader may change it, and how it would be translated."""

    bases: Sequence[Basis]
    writes: bool
    translating: Translating | None


def _said(card: Card) -> str:
    if card.question:
        return card.question.prompt.plain
    return card.text.plain or (card.picture.alt if card.picture else "")


def shortened(text: str, most: int = 60) -> str:
    """The beginning of a text, ended at a word."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most + 1].rpartition(" ")[0] + " …"


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/programmes/ID`"""
    programme, now = number(request.path_params["id"]), site.now()

    def look(tx: Connection) -> tuple[Insight | None, str, Ways, Sequence[Given], Shared]:
        scope, today = reader.scope, today_at(reader.person.organisation, now)
        places = list(progress.organisations(tx, scope).values())
        came = ways(tx, scope, programme), given(tx, scope, today, programme=programme)
        bases, writes = sharing.bases(tx).get(programme, ()), programme in writable(tx, scope)
        shared = Shared(bases, writes, None if writes else translating(tx, scope, programme))
        return insight(tx, scope, programme, now), heading(site, reader.language, places), *came, shared

    found, name, came, assigned, shared = await site.database.read(look)
    if found is None:
        raise HTTPException(404)
    return site.render(
        request,
        "programme.html",
        reader.language,
        reader=reader,
        heading=name,
        found=found,
        came=came,
        given=assigned,
        figures=found.figures,
        words=Words(site, found, reader.language),
        numbers=Numbers(site, reader.language),
        close=CLOSE,
        rules=RULES,
        bases=shared.bases,
        writes=shared.writes,
        translating=shared.translating,
        named={each: language_name(reader.language, each) for each in LANGUAGES},
    )
