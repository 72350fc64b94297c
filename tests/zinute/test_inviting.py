"""Invitations by hand begin only what the people's organisation has on its list."""

from pathlib import Path

import pytest

from domain.sharing import Reach
from storage import sharing
from tests.console.town import Cast, settle
from zinute.assemble import opened
from zinute.config import Settings
from zinute.errors import Stop
from zinute.inviting import invite, invite_all

INVITED = "jonas.jonaitis.1@example.org"
REFUSED = "The programme 'safe' is not on their list: 'zinute lessons owner safe' says whose it is."


async def settled(folder: Path, owner: str, reach: Reach) -> Cast:
    """The town, with its programme owned by the museum or the library."""
    async with opened(Settings(data=folder)) as database:
        cast = await database.write(settle)
        place = cast.museum if owner == "museum" else cast.library
        await database.write(lambda tx: sharing.put(tx, cast.safe[0], owner=place, reach=reach))
        return cast


@pytest.mark.parametrize(
    ("owner", "reach"), [("library", "draft"), ("museum", "own"), ("museum", "everybody")]
)
async def test_what_is_not_for_them_is_refused_with_one_sentence(
    tmp_path: Path, owner: str, reach: Reach
) -> None:
    cast, settings = await settled(tmp_path, owner, reach), Settings(data=tmp_path)
    with pytest.raises(Stop) as one:
        await invite(settings, INVITED, "safe")
    with pytest.raises(Stop) as many:
        await invite_all(settings, cast.library, "safe", tmp_path / "codes.csv", "csv")
    assert (str(one.value), str(many.value)) == (REFUSED, REFUSED)
    assert not (tmp_path / "codes.csv").exists()


async def test_what_is_for_them_begins_and_an_invitation_may_begin_nothing(tmp_path: Path) -> None:
    await settled(tmp_path, "library", "own")
    for programme in ("safe", ""):
        assert len(await invite(Settings(data=tmp_path), INVITED, programme)) == 3
