"""An installation without the demonstration: lessons, an organisation, a person and an invitation, by command."""

import re
from pathlib import Path

import pytest

from actions import edit_person
from actions.enlist import add_organisation
from domain.tree import Own
from storage.audit import AUDIT
from tests.journeys.running import zinute
from tests.journeys.test_start import one_sentence
from tests.journeys.test_why import opened
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

LIBRARY = Path(__file__).resolve().parents[2] / "library"
ORGANISATION = (
    "organisation",
    "add",
    "Beržų biblioteka",
    "--contact",
    "Ona, ona@berzai.example",
    "--country",
    "lt",
)
PROVIDER = ("organisation", "sign-in", "1", "https://id.example")
PERSON = ("person", "add", "Ona@berzai.example", "Ona Onaitė", "--organisation", "1", "--coordinator")


async def test_from_nothing_to_an_invitation_and_a_sign_in_link(tmp_path: Path) -> None:
    async def done(*arguments: str) -> str:
        code, out, err = await zinute(*arguments, ZINUTE_DATA=str(tmp_path))
        assert code == 0, err
        return out

    shipped = sorted(folder.name for folder in LIBRARY.iterdir())
    assert await done("lessons", "publish", str(LIBRARY)) == f"Published: {', '.join(shipped)}.\n"
    assert await done("lessons", "publish", str(LIBRARY)) == "Published: nothing new.\n"
    assert await done(*ORGANISATION) == "Added organisation 1: Beržų biblioteka.\n"
    assert (
        await done("organisation", "list")
        == "1  Beržų biblioteka (organisation, LT, Europe/Vilnius, lt, 08:00-18:00, at most 3 a day)\n"
    )
    assert (
        await done("organisation", "set", "1", "--sector", "Libraries") == "Organisation 1 is as you said.\n"
    )
    listed = "1  Beržų biblioteka (organisation, LT, Europe/Vilnius, lt, Libraries, 08:00-18:00, at most 3 a day)\n"
    assert await done("organisation", "list") == listed
    allowed = ("--messengers", "Telegram, web", "--approver-above", "200", "--languages", "LT en")
    assert await done("organisation", "set", "1", *allowed) != ""
    assert "at most 3 a day, only in telegram, web, in lt, en, approver above 200)" in await done(
        "organisation", "list"
    )
    assert await done(*PERSON) == "Added Ona Onaitė.\n"
    told = await done("person", "set", "ONA@berzai.example", "--job", "museum guide")
    assert told == "ONA@berzai.example is as you said.\n"
    role = ("person", "role", "ona@berzai.example")
    assert await done(*role, "author") == "ona@berzai.example is author at organisation 1 from now on.\n"
    listed = "ona@berzai.example  {}  1 Beržų biblioteka\n"
    held = listed.format("author") + listed.format("coordinator")
    assert [await done("person", "roles"), await done("person", "roles", "ONA@berzai.example")] == [held] * 2
    gone = await done(*role, "author", "--at", "1", "--stop")
    assert gone == "ona@berzai.example is not author at organisation 1 from now on.\n"
    for more, what in (
        (("auditor", "--at", "9"), "no organisation 9"),
        (("author", "--stop"), "is no author"),
    ):
        code, _, err = await zinute(*role, *more, ZINUTE_DATA=str(tmp_path))
        assert (code, one_sentence(err), what in err) == (2, True, True)
    invitation = await done("person", "invite", "ona@berzai.example", "safe-online")
    assert re.search(r"/chat\?code=[\w-]{22}\n.*/start [\w-]{22}\n", invitation)
    assert "/sign-in?token=" in await done("sign-in", "ONA@berzai.example")
    assert "/sign-in?token=" in await done("sign-in", "ONA@berzai.example", "--anew")


async def test_an_organisation_is_called_otherwise_and_has_days_off(tmp_path: Path) -> None:
    async def done(*arguments: str) -> str:
        code, out, err = await zinute(*arguments, ZINUTE_DATA=str(tmp_path))
        assert code == 0, err
        return out

    await done(*ORGANISATION)
    told = ("--name", "Beržų  bibliotekos", "--days-off", "2026-12-21..2027-01-02, 06-24")
    assert await done("organisation", "set", "1", *told) == "Organisation 1 is as you said.\n"
    before = "organisation, LT, Europe/Vilnius, lt, 08:00-18:00, at most 3 a day"
    listed = f"1  Beržų bibliotekos ({before}, off 06-24, 2026-12-21..2027-01-02)\n"
    assert await done("organisation", "list") == listed
    await done("organisation", "set", "1", "--days-off", "")
    assert await done("organisation", "list") == f"1  Beržų bibliotekos ({before})\n"


async def test_an_organisation_trusts_a_provider_and_does_not_any_more(tmp_path: Path) -> None:
    async def done(*arguments: str) -> str:
        code, out, err = await zinute(*arguments, ZINUTE_DATA=str(tmp_path))
        assert code == 0, err
        return out

    await done(*ORGANISATION)
    trusted = await done(*PROVIDER, "--name", "Beržai", "--client", "z")
    assert trusted == "The people of organisation 1 may sign in with Beržai.\n"
    ended = await done(*PROVIDER, "--remove")
    assert ended == "Organisation 1 does not trust https://id.example any more.\n"
    named = ("number", "person_id", "what", "organisation_id", "before", "after")
    async with opened(tmp_path) as database:
        kept = await rows(database, *(AUDIT.c[name] for name in named), where=AUDIT.c.what.like("provider.%"))
    issuer = '"issuer":"https://id.example"'
    assert [row[1:] for row in kept] == [
        (None, "provider.trusted", 1, "{}", f'{{{issuer},"client":"z"}}'),
        (None, "provider.removed", 1, f"{{{issuer}}}", "{}"),
    ]


async def test_a_roster_is_looked_at_imported_and_taken_back(tmp_path: Path) -> None:
    await stores.put(tmp_path / "zinute.db")
    async with opened(tmp_path) as database:
        own = Own(country="LT", contact="Ona")
        house = await database.write(lambda tx: add_organisation(tx, "Beržų biblioteka", own, now=MONDAY))
        ona = {"name": "Ona Onaitė", "email": "ona@berzai.example", "job": "guide"}
        await database.write(lambda tx: edit_person.add(tx, None, ona, house, now=MONDAY))
    file = tmp_path / "roster.csv"
    rows = "Name;E-mail;Job\nOna Onaitė;ona@berzai.example;curator\nJonas;jonas@berzai.example;\n"
    file.write_text(f"{rows}X;x;\n", encoding="utf-8")
    bring = "person", "import", str(file), "--organisation", "1"
    code, out, _ = await zinute(*bring, ZINUTE_DATA=str(tmp_path))
    assert (code, out.splitlines()[-5:]) == (
        1,
        [
            "line 4: error: X: “x” is no e-mail address: mend it.",
            "line 3: new in Beržų biblioteka: Jonas <jonas@berzai.example>",
            "line 2: changed: Ona Onaitė <ona@berzai.example>: job guide -> curator",
            "1 error, 1 new, 1 changed. Not in the file: 0.",
            "Nothing was written: --yes imports it.",
        ],
    )
    code, _, err = await zinute(*bring, "--yes", ZINUTE_DATA=str(tmp_path))
    assert (code, one_sentence(err), "--partly" in err) == (2, True, True)
    file.write_text(rows, encoding="utf-8")
    code, out, err = await zinute(*bring, "--yes", ZINUTE_DATA=str(tmp_path))
    assert (code, "Imported: 1 new, 1 changed. 'zinute person undo 1'" in out) == (0, True), err
    code, out, err = await zinute("person", "undo", "1", ZINUTE_DATA=str(tmp_path))
    assert (code, out) == (0, "Import 1 is taken back.\n"), err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ((*ORGANISATION[:-1], "xx"), "country"),
        ((*ORGANISATION, "--zone", "Europe/Atlantis"), "zone"),
        ((*ORGANISATION, "--language", "xx"), "language"),
        (("person", "add", "a@b.example", "A", "--organisation", "9"), "no organisation 9"),
        (("person", "set", "a@b.example", "--job", "librarian"), "nobody"),
        (("person", "set", "a@b.example"), "what to change"),
        (("person", "add", "a@b.example", "A"), "which organisation"),
        (("person", "add", "a.example", "A"), "e-mail address"),
        (("person", "import", "none.csv"), "with people"),
        (("person", "import", "none.csv", "--organisation", "9"), "no organisation 9"),
        (("person", "undo", "9"), "no such import"),
        (("organisation", "set", "9", "--sector", "libraries"), "no organisation 9"),
        ((*ORGANISATION, "--domains", "berzai"), "berzai.lt"),
        ((*ORGANISATION, "--sector", "x" * 61), "at most 60"),
        ((*ORGANISATION, "--messengers", "pigeon"), "no messenger 'pigeon'"),
        ((*ORGANISATION, "--hours", "9"), "8:00-18:00"),
        ((*ORGANISATION, "--cap", "many"), "'many' is no number that fits here: write one such as 3."),
        ((*ORGANISATION, "--days-off", "Joninės"), "'Joninės' is no day off: write 2026-12-24"),
        (
            ("organisation", "set", "many", "--cap", "3"),
            "'many' is no number that fits here: write one such as 3.",
        ),
        (("organisation", "set", "1", "--name", " "), "no organisation 1"),
        (("organisation", "move", "1", "--under", "1.5"), "'1.5' is no number that fits here"),
        (("person", "role", "a@b.example", "auditor", "--at", "9" * 30), "is no number that fits here"),
        (("serve", "--port", "70000"), "'70000' is no port: write a number from 1 to 65535."),
        ((*ORGANISATION, "--level", "team"), "country, sector, organisation, unit"),
        ((*ORGANISATION, "--under", "7"), "no organisation 7"),
        (("organisation", "set", "1"), "what to change"),
        (("organisation", "move", "9"), "no organisation 9"),
        (("person", "invite", "a@b.example", "safe-online"), "nobody"),
        (("sign-in", "a@b.example"), "has a role"),
        (("person", "role", "a@b.example", "coordinator"), "nobody"),
        (("person", "role", "a@b.example", "king"), "platform, administrator, coordinator"),
        (("person", "roles", "a@b.example"), "nobody"),
        (PROVIDER, "--client"),
        ((*PROVIDER, "--name", "A", "--client", "z"), "no organisation 1"),
        ((*PROVIDER, "--name", "A", "--client", "z", "--secret-file", "nowhere"), "no file"),
        ((*PROVIDER, "--remove"), "https://id.example"),
        (("organisation", "sign-in", "1", "http://id.example", "--name", "A", "--client", "z"), "https://"),
    ],
)
async def test_wrong_input_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], what: str) -> None:
    await stores.put(tmp_path / "zinute.db")
    code, _, err = await zinute(*arguments, ZINUTE_DATA=str(tmp_path))
    assert (code, one_sentence(err), what in err) == (2, True, True)


async def test_a_look_into_an_empty_folder_makes_no_database(tmp_path: Path) -> None:
    code, _, err = await zinute("sign-in", "a@b.example", ZINUTE_DATA=str(tmp_path))
    assert (code, one_sentence(err), "--data" in err) == (2, True, True)
    assert list(tmp_path.iterdir()) == []
