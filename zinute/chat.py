"""A talk in this terminal, on a store of its own that is thrown away: for authors who try a lesson."""

import tempfile
from pathlib import Path

from actions.converse import converse
from actions.keys import new_key
from domain.event import Incoming, Said
from domain.language import Language, language_of
from storage import addresses, organisations, people, programmes
from storage.database import Connection
from zinute import catalogues
from zinute.assemble import Service, now, opened, publish_library
from zinute.config import Settings
from zinute.errors import Stop

TERMINAL = "terminal"


async def run(folder: Path | None, language: str) -> None:
    """Learn as an author, until the end of input."""
    spoken = language_of(language)
    if spoken is None:
        raise Stop(f"There is no language '{language}': use lt, pl, nb or en.")
    with tempfile.TemporaryDirectory(prefix="zinute-") as place:
        settings = Settings(data=Path(place), database="")
        async with opened(settings) as database:
            published, _ = await publish_library(database, folder)
            if not published:
                raise Stop("There is no lesson to show: run 'zinute lessons check' on the folder to see why.")
            service = Service(database, catalogues.load(), (TERMINAL,), settings.address)
            await database.write(lambda tx: _sit_down(tx, spoken))
            await service.run()


def _sit_down(tx: Connection, language: Language) -> None:
    """An author of a made-up organisation sits at the terminal, and is shown the only programme or all of them."""
    house = organisations.add(
        tx, name="Zinute", country="LT", zone="Europe/Vilnius", language=language, contact="zinute"
    )
    author = people.add(
        tx, organisation=house, name="Author", email="author@zinute.example", language=language
    )
    place = addresses.find_or_add(tx, TERMINAL, TERMINAL, language, now())
    addresses.bind(tx, place.id, author)
    people.consent(tx, author, now())
    slugs = [programmes.version(tx, version).slug for version in programmes.newest(tx).values()]
    first = Incoming(TERMINAL, Said(f"/enrol {slugs[0]}" if len(slugs) == 1 else "/programmes"), language)
    converse(tx, first, channel=TERMINAL, occurrence="chat", now=now(), new_key=new_key)
