"""People as the API tells of them: all their work that a token may see."""

from storage import employments
from storage.database import Connection
from tests.console.api.conftest import Gate
from tests.console.planted import secret
from tests.console.town import MONDAY


async def test_a_token_sees_all_the_work_at_its_places_and_no_other(gate: Gate) -> None:
    both, places = gate.planted.ids["person", "both"], gate.planted.organisations
    here: dict[str, object] = {
        "number": "8",
        "job": "Guide",
        "tags": ["first aid"],
        "hired_on": "2026-01-02",
        "left_on": None,
    }
    gone: dict[str, object] = {"number": "", "job": "", "tags": [], "hired_on": None, "left_on": "2026-02-03"}

    def more(tx: Connection) -> None:
        words = {name: str(word) for name, word in here.items() if word} | {"tags": "first aid"}
        employments.add(tx, both, places["beside"], words, MONDAY, agreed=True)
        employments.add(tx, both, places["sector"], {"left_on": "2026-02-03"}, MONDAY, agreed=True)
        employments.add(tx, both, places["unit"], {"job": "Asked"}, MONDAY, agreed=False)

    await gate.database.write(more)
    own = {"organisation": places["own"], "number": "", "job": f"job {secret('own')}"}
    there = {"organisation": places["other"], "number": secret("other"), "job": f"job {secret('other')}"}
    since: dict[str, object] = {"tags": [], "hired_on": None, "left_on": None}
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


async def test_labels_are_written_read_taken_back_and_refused(gate: Gate) -> None:
    who = gate.planted.ids["person", "own"]
    async with gate.program(await gate.token("own")) as program:

        async def says(*tags: str) -> tuple[int, object]:
            answer = await program.patch(f"/people/{who}", json={"tags": list(tags)})
            told = (await program.get(f"/people/{who}")).json()
            return answer.status_code, told["tags"]

        assert await says("drivers", "first aid", "Drivers") == (200, ["Drivers", "first aid"])
        assert await says() == (200, [])
        assert await says("drivers") == (200, ["drivers"])
        for wrong in ([""], ["a,b"], ["a;b"], ["a" * 200], [str(each) for each in range(21)]):
            assert await says(*wrong) == (422, ["drivers"])
        assert (await program.patch(f"/people/{who}", json={"tags": None})).status_code == 200
        assert (await program.get(f"/people/{who}")).json()["tags"] == []
