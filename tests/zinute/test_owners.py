"""`zinute lessons owner`, as it is called."""

from pathlib import Path

import pytest

from storage.audit import AUDIT
from tests.console.town import Cast, settle
from tests.storage import stores
from tests.storage.samples import rows
from tests.zinute.test_cli_banks import zinute
from zinute.assemble import opened
from zinute.config import Settings


@pytest.fixture
async def cast(tmp_path: Path) -> Cast:
    await stores.put(tmp_path / "zinute.db")
    async with opened(Settings(data=tmp_path)) as database:
        return await database.write(settle)


def said(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = zinute("owner", *arguments, "--data", str(folder))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


async def test_a_programme_gets_an_owner_another_one_and_none_again(tmp_path: Path, cast: Cast) -> None:
    common, here = "safe: common to all\n", f"safe: of Library ({cast.library}), "
    assert (said(tmp_path)[1].splitlines(), said(tmp_path, "safe")) == ([common.strip()], (0, common, ""))
    library, museum = str(cast.library), str(cast.museum)
    assert said(tmp_path, "safe", library) == (0, f"{here}offered to every organisation\n", "")
    assert said(tmp_path, "safe", "--reach", "draft") == (0, f"{here}a draft, for its authors only\n", "")
    own = f"safe: of Museum ({museum}), for its own people\n"
    assert said(tmp_path, "safe", museum, "--reach", "own") == (0, own, "")
    assert said(tmp_path, "safe") == (0, own, "")
    assert said(tmp_path, "safe", "--common") == (0, common, "")
    async with opened(Settings(data=tmp_path)) as database:
        kept = await rows(database, AUDIT.c.person_id, AUDIT.c.what, AUDIT.c.organisation_id)
    assert [(what, place) for _, what, place in kept] == [
        ("programme.owned", cast.library),
        ("programme.offered", cast.library),
        ("programme.owned", cast.library),
        ("programme.owned", cast.museum),
        ("programme.offered", cast.museum),
        ("programme.owned", cast.museum),
        ("programme.offered", None),
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("no",), "There is no programme 'no': 'zinute lessons owner' lists them."),
        (("no", "1"), "There is no programme 'no': 'zinute lessons owner' lists them."),
        (("safe", "99"), "There is no organisation 99: 'zinute organisation list' shows them."),
        (
            ("safe", "1", "--reach", "all"),
            "A programme is not for 'all': use draft, own, everybody.",
        ),
        (
            ("safe", "--reach", "own"),
            "safe is common to all: name the organisation that is to own it as well.",
        ),
        (
            ("safe", "1", "--common"),
            "What is common to all has no organisation and is for everybody: use --common alone.",
        ),
        (("--common",), "Name the programme as well: 'zinute lessons owner' lists them."),
    ],
)
async def test_what_is_wrong_is_one_sentence_and_changes_nothing(
    tmp_path: Path, cast: Cast, arguments: tuple[str, ...], told: str
) -> None:
    assert said(tmp_path, *arguments) == (2, "", f"{told}\n")
    assert said(tmp_path, "safe")[1] == "safe: common to all\n"
