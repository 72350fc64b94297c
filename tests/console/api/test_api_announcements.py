"""Announcements by the API: written, seen beforehand, sent once, watched, and cancelled."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from actions.enlist import set_here
from scheduler.jobs import announce
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.outbox import OUTBOX
from tests.console.api.conftest import Gate
from tests.storage.samples import rows

SOON = timedelta(seconds=30)


def said(gate: Gate, **changes: Any) -> dict[str, Any]:
    usual = {"organisation": gate.planted.organisations["own"], "texts": {"lt": " Labas! ", "en": "Hello!"}}
    return {**usual, **changes}


async def write(gate: Gate, program: httpx.AsyncClient, **changes: Any) -> str:
    """The address of a new draft."""
    answer = await program.post("/announcements", json=said(gate, **changes), headers=gate.key())
    assert answer.status_code == 201, answer.text
    return f"/announcements/{answer.json()['id']}"


async def sent(gate: Gate, program: httpx.AsyncClient, page: str, **body: Any) -> httpx.Response:
    return await program.post(f"{page}/send", json=body, headers=gate.key())


async def test_from_a_draft_to_where_each_message_stands(gate: Gate, program: httpx.AsyncClient) -> None:
    page = await write(gate, program, confirms=True, days=3)
    draft = (await program.get(page)).json()
    assert {name: draft[name] for name in ("state", "texts", "confirms", "days")} == {
        "state": "draft",
        "texts": {"lt": "Labas!", "en": "Hello!"},
        "confirms": True,
        "days": 3,
    }
    reach = (await program.get(f"{page}/reach")).json()
    assert (reach["people"] > 0, reach["second"], reach["wrong"]) == (True, False, [])
    assert sum(reach["organisations"].values()) == sum(reach["messengers"].values()) == reach["people"]
    assert (await sent(gate, program, page, mark=draft["mark"])).json() == {"id": draft["id"]}
    due = (await program.get(page)).json()
    assert (due["state"], due["send_at"]) == ("due", "2026-11-23T07:30:30Z")
    gate.clock.at += SOON
    assert await announce.JOB.run(gate.database, gate.clock()) == reach["people"]
    figures = (await program.get(page)).json()["figures"]
    assert (figures["people"], figures["queued"], figures["confirmed"]) == (reach["people"],) * 2 + (0,)
    first = (await program.get(f"{page}/people", params={"limit": 1})).json()
    assert [each["state"] for each in first["items"]] == ["ready"]
    assert (first["items"][0]["person"] or 0) > 0
    rest = (
        (await program.get(f"{page}/people", params={"after": first["next"]})).json() if first["next"] else {}
    )
    assert 1 + len(rest.get("items", ())) == reach["people"]
    assert (await program.post(f"{page}/cancel", headers=gate.key())).status_code == 200
    ended = (await program.get(page)).json()
    assert (ended["state"], ended["figures"]["dropped"]) == ("cancelled", reach["people"])
    log = [row[1] for row in sorted(await rows(gate.database, AUDIT.c.number, AUDIT.c.what))]
    told = [each for each in log if each.startswith("announcement.")]
    assert told == ["announcement.set", "announcement.begun", "announcement.cancelled"]
    assert "list.seen" in log


async def test_the_same_again_is_sent_once(gate: Gate, program: httpx.AsyncClient) -> None:
    key = gate.key()
    first = await program.post("/announcements", json=said(gate), headers=key)
    again = await program.post("/announcements", json=said(gate), headers=key)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    page, send = f"/announcements/{first.json()['id']}", gate.key()
    for _ in range(2):
        assert (await program.post(f"{page}/send", json={}, headers=send)).status_code == 200
    gate.clock.at += SOON
    await announce.JOB.run(gate.database, gate.clock())
    told = OUTBOX.c.announcement_id.is_not(None)
    people = [row[0] for row in await rows(gate.database, OUTBOX.c.person_id, where=told)]
    assert len(people) == len(set(people)) > 0
    assert (await sent(gate, program, page)).status_code == 200  # it is no draft any more, and stays as it is


WRONG: list[tuple[dict[str, Any], dict[str, Any], tuple[str, str]]] = [
    ({"texts": {"en": "Hello"}}, {}, ("language", "texts")),
    ({"texts": {"lt": "a" * 4000, "en": "b"}}, {}, ("long", "texts")),
    ({"links": ["javascript:alert(1)"]}, {}, ("link", "links")),
    ({"audience": [{"what": "language:pl"}]}, {}, ("empty", "audience")),
    ({"audience": [{"what": "at:999999"}]}, {}, ("empty", "audience")),
    ({}, {"at": "2026-11-23T07:00:00Z"}, ("past", "at")),
    ({}, {"at": "2029-11-23T07:00:00Z"}, ("far", "at")),
    ({}, {"at": "2026-11-24T07:00:00"}, ("timezone_aware", "at")),
    ({}, {"mark": "other"}, ("changed", "mark")),
]


@pytest.mark.parametrize(("draft", "body", "code_and_field"), WRONG)
async def test_what_cannot_be_sent_is_told_by_its_field(
    gate: Gate,
    program: httpx.AsyncClient,
    draft: dict[str, Any],
    body: dict[str, Any],
    code_and_field: tuple[str, str],
) -> None:
    page = await write(gate, program, **draft)
    told = await sent(gate, program, page, **body)
    assert (told.status_code, told.json()["code"], told.json()["field"]) == (422, *code_and_field)
    assert (await program.get(page)).json()["state"] == "draft"


@pytest.mark.parametrize("body", [{}, {"mark": ""}, {"mark": "other", "at": "2026-11-24T07:00:00Z"}])
async def test_what_there_is_not_is_not_sent(
    gate: Gate, program: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    assert (await sent(gate, program, "/announcements/999999", **body)).status_code == 404


async def test_what_is_no_draft_is_refused(gate: Gate, program: httpx.AsyncClient) -> None:
    other = gate.planted.organisations["other"]
    for wrong, field in (
        ({"organisation": other}, "organisation"),
        ({"audience": [{"what": "colour:blue"}]}, "audience"),
        ({"days": 4}, "days"),
        ({"texts": {"fr": "Salut"}}, "texts.fr"),
    ):
        answer = await program.post("/announcements", json=said(gate, **wrong), headers=gate.key())
        assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_above_the_number_a_second_person_is_asked_whom_no_token_is(
    gate: Gate, program: httpx.AsyncClient
) -> None:
    own = gate.planted.organisations["own"]
    await gate.database.write(lambda tx: set_here(tx, own, {"approver_above": 1}, gate.clock()))
    page = await write(gate, program)
    assert (await program.get(f"{page}/reach")).json()["second"] is True
    await sent(gate, program, page)
    assert (await program.get(page)).json()["state"] == "asked"
    await program.post(f"{page}/cancel", headers=gate.key())
    assert (await program.get(page)).json()["state"] == "cancelled"
    assert await rows(gate.database, OUTBOX.c.id, where=OUTBOX.c.announcement_id.is_not(None)) == []
    assert (await program.post(f"{page}/cancel", headers=gate.key())).status_code == 200
    states = await rows(gate.database, ANNOUNCEMENT.c.state, where=ANNOUNCEMENT.c.key.startswith("api:"))
    assert states == [("cancelled",)]
