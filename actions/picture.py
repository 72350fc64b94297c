"""Pictures that authors bring to a programme in the console, and take away again."""

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from actions.author import Desk, locked
from domain.organisation import Scope
from domain.programme import Picture
from lessons.drawing import Drawn, free_name
from lessons.editing import pictures as shown_in
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
    picture = replace(picture, name=free_name(picture.name, there))
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
    return {
        each.name
        for each in desk.pictures
        if each.digest in published or any(each.name in draft.source for draft in desk.drafts.values())
    }


def _published(desk: Desk) -> list[Picture]:
    return shown_in(text for lesson in desk.programme.lessons for text in lesson.texts)
