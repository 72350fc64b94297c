"""Pictures that authors bring to a programme in the console, and take away again."""

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from actions.author import Desk, locked
from domain.organisation import Scope
from domain.programme import LessonText, Picture
from lessons.beside import option_names
from lessons.beside import pictures as shown_in
from lessons.drawing import free_name
from lessons.shelf import Drawn
from lessons.write import named_in
from storage import pictures
from storage.database import Connection

MOST: Final = 100  # beside one programme


def known(desk: Desk) -> dict[str, Picture]:
    """All pictures that a text of the programme can have now, by their names, the newest ones first."""
    return {each.name: each for each in [*desk.pictures, *_published(desk), *desk.pictures]}


def bring(tx: Connection, scope: Scope, slug: str, *, drawn: Drawn, now: datetime) -> Picture | None:
    """Put a picture beside the programme: under a name that is free, or the one that it has there already.

    None: there are as many as may be.
    """
    here = locked(tx, scope, slug)
    there, picture = known(here), drawn.picture
    same = next((each for each in there.values() if each.digest == picture.digest), None)
    if same or len(here.brought) >= MOST:
        return same
    picture = replace(picture, name=free_name(picture.name, {*there, *option_names(_texts(here))}))
    pictures.put(tx, here.owner, picture, drawn.data, person=scope.person, at=now)
    return picture


def take_away(tx: Connection, scope: Scope, slug: str, name: str) -> Literal["removed", "used"]:
    """Take a picture away again; "used": a lesson or a draft has it."""
    here = locked(tx, scope, slug)
    if name in used(here):
        return "used"
    pictures.drop(tx, here.owner, name)
    return "removed"


def used(desk: Desk) -> set[str]:
    """The names of the brought pictures that a published lesson or a draft has."""
    published = {each.digest for each in _published(desk)}
    named = option_names(_texts(desk)).union(*(named_in(draft.source) for draft in desk.drafts.values()))
    return {each.name for each in desk.pictures if each.digest in published or each.name in named}


def _published(desk: Desk) -> list[Picture]:
    return shown_in(_texts(desk))


def _texts(desk: Desk) -> list[LessonText]:
    return [text for lesson in desk.programme.lessons for text in lesson.texts]
