"""People as the API tells of them: all their work that a token may see."""

from storage import employments
from storage.database import Connection
from tests.console.api.conftest import Gate
from tests.console.planted import secret
from tests.console.town import MONDAY


async def test_a_token_sees_all_the_work_at_its_places_and_no_other(gate: Gate) -> None:
    both, places = gate.planted.ids["person", "both"], gate.planted.organisations
    here: dict[str, object] = {"number": "8", "job": "Guide", "hired_on": "2026-01-02", "left_on": None}
    gone: dict[str, object] = {"number": "", "job": "", "hired_on": None, "left_on": "2026-02-03"}

    def more(tx: Connection) -> None:
        words = {name: str(word) for name, word in here.items() if word}
        employments.add(tx, both, places["beside"], words, MONDAY, agreed=True)
        employments.add(tx, both, places["sector"], {"left_on": "2026-02-03"}, MONDAY, agreed=True)
        employments.add(tx, both, places["unit"], {"job": "Asked"}, MONDAY, agreed=False)

    await gate.database.write(more)
    own = {"organisation": places["own"], "number": "", "job": f"job {secret('own')}"}
    there = {"organisation": places["other"], "number": secret("other"), "job": f"job {secret('other')}"}
    since = {"hired_on": None, "left_on": None}
    wanted = {
        "own": [own | since],
        "other": [there | since],
        "sector": [
            own | since,
            {"organisation": places["beside"], **here},
            {"organisation": places["sector"], **gone},
        ],
    }
    for at, works in wanted.items():
        async with gate.program(await gate.token(at)) as program:
            person = (await program.get(f"/people/{both}")).json()
            listed = (await program.get("/people", params={"limit": 200})).json()["items"]
        assert (at, person["works"]) == (at, works)
        assert {name: person[name] for name in works[0]} == works[0]
        assert [each for each in listed if each["id"] == both] == [person]
        assert [each["id"] for each in listed if not each["works"]] == []
