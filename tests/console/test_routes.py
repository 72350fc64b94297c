"""Every route for everybody: who gets in, who is asked to sign in, who learns nothing, and with which headers."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from actions.assign import assign
from console.app import create
from console.pages.front import Host
from domain.assigning import Terms
from domain.texts import Texts
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import Maker, Papers, certify
from tests.console.town import MONDAY, Cast, Clock

ROLES = ("nobody", "learner", "elsewhere", "coordinator", "coordinator_elsewhere", "sector", "author")
IN, SIGN_IN, NOT_YOURS, NOTHING = "200", "303 /sign-in", "403", "404"
PAGE = dict(zip(ROLES, (SIGN_IN, NOT_YOURS, NOT_YOURS, IN, IN, IN, NOT_YOURS), strict=True))
WRITING = dict.fromkeys(ROLES, NOT_YOURS) | {"nobody": SIGN_IN, "author": IN}
MANAGING = dict.fromkeys(ROLES, NOT_YOURS) | {"nobody": SIGN_IN}  # test_matrix.py has those who may
OF_NOTHING = WRITING | {"author": NOTHING}
SAFE = "/console/lessons/safe"
ANYONE = dict.fromkeys(ROLES, IN)
NOBODY = dict.fromkeys(ROLES, NOTHING)
SIGNED_IN = ROLES[1:]
OWN = dict.fromkeys(SIGNED_IN, IN) | {"nobody": SIGN_IN}  # what is about oneself
PUBLIC = ("certificate", "certificate_pdf")  # whoever has its address sees whose it is
COORDINATORS = ("coordinator", "coordinator_elsewhere", "sector")
LOST = dict.fromkeys(COORDINATORS, NOTHING)
REFUSED = dict.fromkeys(COORDINATORS, "422")
SAVED = dict.fromkeys(COORDINATORS, "303 /console/people/{elsewhere}") | {"coordinator": NOTHING}
ONESELF = ("account", "set_password", "authenticator", "proof", "prove", "add_passkey", "ask_to_add_passkey")
DONE = dict.fromkeys(COORDINATORS, "303 /console/messages")

# (method, name of the route, address): what each role gets.
EXPECTED: dict[tuple[str, str, str], dict[str, str]] = {
    ("GET", "learners", "/console"): PAGE | {"author": "303 /console/lessons"},
    ("HEAD", "live", "/console/live"): PAGE,
    ("GET", "person", "/console/people/{learner}"): PAGE | {"coordinator_elsewhere": NOTHING},
    ("GET", "person", "/console/people/{elsewhere}"): PAGE | {"coordinator": NOTHING},
    ("GET", "person", "/console/people/999999"): PAGE | LOST,
    ("GET", "imports", "/console/people/import"): PAGE,
    ("POST", "bring_roster", "/console/people/import"): PAGE | REFUSED,
    ("GET", "import", "/console/people/import/999999"): PAGE | LOST,
    ("POST", "carry_out", "/console/people/import/999999"): PAGE | LOST,
    ("POST", "undo", "/console/people/import/999999/undo"): PAGE | LOST,
    ("GET", "new_person", "/console/people/new"): PAGE,
    ("POST", "add_person", "/console/people/new"): PAGE | REFUSED,
    ("GET", "edit_person", "/console/people/{learner}/edit"): PAGE | {"coordinator_elsewhere": NOTHING},
    ("GET", "edit_person", "/console/people/{elsewhere}/edit"): PAGE | {"coordinator": NOTHING},
    ("GET", "edit_person", "/console/people/999999/edit"): PAGE | LOST,
    ("POST", "change_person", "/console/people/{elsewhere}/edit"): PAGE | SAVED,
    ("POST", "change_person", "/console/people/999999/edit"): PAGE | LOST,
    ("GET", "programmes", "/console/programmes"): PAGE,
    ("GET", "programme", "/console/programmes/1"): PAGE,
    ("GET", "programme", "/console/programmes/999999"): PAGE | LOST,
    ("GET", "assignments", "/console/assignments"): PAGE,
    ("GET", "assigning", "/console/assignments/new"): PAGE,
    ("POST", "assign", "/console/assignments/new"): PAGE | dict.fromkeys(COORDINATORS, "422"),
    ("GET", "assignment", "/console/assignments/{given}"): PAGE | {"coordinator_elsewhere": NOTHING},
    ("GET", "assignment", "/console/assignments/999999"): PAGE | LOST,
    ("POST", "assignment_due", "/console/assignments/{given}/due"): PAGE
    | dict.fromkeys(("coordinator", "sector"), "303 /console/assignments/1?done=due")
    | {"coordinator_elsewhere": NOTHING},
    ("POST", "assignment_end", "/console/assignments/{given}/end"): PAGE
    | dict.fromkeys(("coordinator", "sector"), "303 /console/assignments/1?done=ended")
    | {"coordinator_elsewhere": NOTHING},
    ("POST", "assignment_end", "/console/assignments/999999/end"): PAGE | LOST,
    ("GET", "invitations", "/console/invitations"): PAGE,
    ("POST", "invite", "/console/invitations"): PAGE
    | dict.fromkeys(
        ("coordinator", "coordinator_elsewhere", "sector"), "303 /console/invitations?done=unmarked"
    ),
    ("GET", "join_link", "/console/invitations/link"): PAGE,
    ("POST", "put_link", "/console/invitations/link"): PAGE | LOST,
    ("POST", "decide", "/console/invitations/requests/999999"): PAGE | LOST,
    ("GET", "joined", "/console/invitations/joined"): PAGE,
    ("POST", "unbind", "/console/invitations/joined/999999/undo"): PAGE | LOST,
    ("GET", "join", "/join"): ANYONE,
    ("GET", "join_code", "/join/AAAAAAAAAAAAAAAAAAAAAA"): ANYONE,
    ("GET", "join_code", "/join/none"): NOBODY,
    ("GET", "messages", "/console/messages"): PAGE,
    ("GET", "message", "/console/messages/999999"): PAGE | LOST,
    ("POST", "again", "/console/messages/again"): PAGE | DONE,
    ("POST", "drop", "/console/messages/drop"): PAGE | DONE,
    ("GET", "answers", "/console/answers"): PAGE,
    ("POST", "reply", "/console/answers/999999"): PAGE | LOST,
    ("GET", "certificates", "/console/certificates"): PAGE,
    ("GET", "registered", "/console/certificates/{ours}"): PAGE | {"coordinator_elsewhere": NOTHING},
    ("GET", "registered", "/console/certificates/{theirs}"): PAGE | {"coordinator": NOTHING},
    ("GET", "registered_pdf", "/console/certificates/{ours}.pdf"): PAGE | {"coordinator_elsewhere": NOTHING},
    ("GET", "registered_pdf", "/console/certificates/{theirs}.pdf"): PAGE | {"coordinator": NOTHING},
    ("POST", "revoke", "/console/certificates/{ours}/revoke"): PAGE
    | dict.fromkeys(("coordinator", "sector"), "422")
    | {"coordinator_elsewhere": NOTHING},
    ("POST", "revoke", "/console/certificates/999999/revoke"): PAGE | LOST,
    ("GET", "rights", "/console/rights"): MANAGING,
    ("POST", "give", "/console/rights"): MANAGING,
    ("POST", "take", "/console/rights/1/1/trainer"): MANAGING,
    ("GET", "tokens", "/console/rights/tokens"): MANAGING,
    ("POST", "make_token", "/console/rights/tokens"): MANAGING,
    ("POST", "revoke_token", "/console/rights/tokens/999999"): MANAGING,
    ("GET", "audit", "/console/audit"): MANAGING,
    ("GET", "lessons", "/console/lessons"): WRITING,
    ("GET", "taught", SAFE): WRITING,
    ("GET", "taught", "/console/lessons/none"): OF_NOTHING,
    ("POST", "publish", SAFE): WRITING | {"author": "409"},
    ("GET", "version", SAFE + "/versions/{version}"): WRITING,
    ("GET", "version", SAFE + "/versions/999999"): OF_NOTHING,
    ("POST", "go_back", SAFE + "/versions/999999"): OF_NOTHING,
    ("GET", "to_adopt", "/console/programmes/offered"): PAGE,
    ("POST", "adopt", "/console/programmes/offered"): PAGE | LOST,
    ("GET", "sharing", SAFE + "/sharing"): WRITING,
    ("POST", "share", SAFE + "/sharing"): WRITING | {"author": f"303 {SAFE}/sharing?done=refused"},
    ("POST", "copy_programme", SAFE + "/copy"): OF_NOTHING,
    ("GET", "original", SAFE + "/original"): OF_NOTHING,
    ("POST", "follow", SAFE + "/original"): WRITING | {"author": f"303 {SAFE}/original?done=changed"},
    ("GET", "edit", SAFE + "/safe-0/lt"): WRITING,
    ("GET", "edit", SAFE + "/safe-9/lt"): OF_NOTHING,
    ("GET", "edit", SAFE + "/safe-0/xx"): OF_NOTHING,
    ("POST", "write", SAFE + "/safe-0/lt"): WRITING,
    ("POST", "preview", SAFE + "/safe-0/lt/preview"): WRITING,
    ("POST", "bring", SAFE + "/safe-0/lt/pictures"): WRITING | {"author": "422"},
    ("POST", "bring", SAFE + "/safe-9/lt/pictures"): OF_NOTHING,
    ("GET", "picture", f"/console/pictures/{'0' * 64}"): OF_NOTHING,
    ("GET", "certificate", "/certificate/{code}"): ANYONE,
    ("GET", "certificate", "/certificate/cccccccccccccccccccccc"): NOBODY,
    ("GET", "certificate_pdf", "/certificate/{code}.pdf"): ANYONE,
    ("GET", "certificate_badge", "/certificate/{code}/badge.jwt"): ANYONE,
    ("GET", "certificate_status", "/certificate/{code}/status"): ANYONE,
    ("GET", "issuer", "/.well-known/did.json"): ANYONE,
    ("GET", "sign_in", "/sign-in"): dict.fromkeys(ROLES, "303 /console") | {"nobody": IN},
    ("POST", "use_link", "/sign-in"): dict.fromkeys(ROLES, "410"),
    ("POST", "use_password", "/sign-in/password"): dict.fromkeys(ROLES, "422"),
    ("GET", "second_factor", "/sign-in/second"): dict.fromkeys(ROLES, "303 /sign-in?ended"),
    ("POST", "use_second", "/sign-in/second"): dict.fromkeys(ROLES, "303 /sign-in?ended"),
    ("GET", "ask_link", "/sign-in/link"): ANYONE,
    ("POST", "send_link", "/sign-in/link"): ANYONE,
    ("POST", "ask_passkey", "/sign-in/passkey/options"): ANYONE,
    ("POST", "use_passkey", "/sign-in/passkey"): dict.fromkeys(ROLES, "422"),
    ("POST", "prove_passkey", "/console/proof/passkey"): OWN | dict.fromkeys(SIGNED_IN, "303 /console/proof"),
    ("POST", "ask_to_add_passkey", "/console/account/passkeys/options"): OWN,
    ("POST", "add_passkey", "/console/account/passkeys"): OWN | dict.fromkeys(SIGNED_IN, "422"),
    ("POST", "remove_passkey", "/console/account/passkeys/remove"): OWN
    | dict.fromkeys(SIGNED_IN, "303 /console/account?done=passkey"),
    ("GET", "provider_back", "/sign-in/organisation/back"): dict.fromkeys(ROLES, NOT_YOURS),
    ("GET", "provider", "/sign-in/organisation/999999"): NOBODY,
    ("POST", "link_provider", "/console/account/organisation/999999"): OWN
    | dict.fromkeys(SIGNED_IN, NOTHING),
    ("POST", "unlink_provider", "/console/account/organisation/999999/remove"): OWN
    | dict.fromkeys(SIGNED_IN, NOTHING),
    ("GET", "proof", "/console/proof"): OWN,
    ("POST", "prove", "/console/proof"): OWN | dict.fromkeys(SIGNED_IN, "422"),
    ("GET", "account", "/console/account"): OWN,
    ("POST", "set_password", "/console/account/password"): OWN | dict.fromkeys(SIGNED_IN, "422"),
    ("POST", "end_sessions", "/console/account/sessions"): OWN
    | dict.fromkeys(SIGNED_IN, "303 /console/account?done=sessions"),
    ("GET", "authenticator", "/console/account/second"): OWN,
    ("POST", "add_authenticator", "/console/account/second"): OWN
    | dict.fromkeys(SIGNED_IN, "303 /console/account/second"),
    ("POST", "new_codes", "/console/account/codes"): OWN
    | dict.fromkeys(SIGNED_IN, "303 /console/account/second"),
    ("POST", "remove_authenticator", "/console/account/second/remove"): OWN
    | dict.fromkeys(SIGNED_IN, "303 /console/account?done=second"),
    ("POST", "sign_out", "/sign-out"): dict.fromkeys(ROLES, "303 /sign-in?out"),
    ("POST", "language", "/console/language"): dict.fromkeys(ROLES, "303 /console"),
    ("GET", "static", "/console/static/console.css"): ANYONE,
    ("GET", "front", "/"): ANYONE,
    ("GET", "privacy", "/privacy"): ANYONE,
    ("GET", "own_data", "/mydata/none.json"): NOBODY,
    ("GET", "calendar", "/calendar/none.none.ics"): NOBODY,
    ("GET", "results", "/console/results.csv"): PAGE,
    ("GET", "copy", "/console/people/{learner}/data.json"): PAGE | {"coordinator_elsewhere": NOTHING},
    ("GET", "copy", "/console/people/{elsewhere}/data.pdf"): PAGE | {"coordinator": NOTHING},
    ("GET", "erasing", "/console/people/{learner}/erase"): PAGE | {"coordinator_elsewhere": NOTHING},
    ("GET", "erasing", "/console/people/{elsewhere}/erase"): PAGE | {"coordinator": NOTHING},
    ("POST", "erase", "/console/people/{learner}/erase"): PAGE
    | dict.fromkeys(("coordinator", "sector"), "422")
    | {"coordinator_elsewhere": NOTHING},
    ("GET", "catalogue", "/catalogue"): ANYONE,
    ("GET", "offered", "/catalogue/safe"): ANYONE,
    ("GET", "lesson", "/lesson/safe/safe-0"): ANYONE,
    ("GET", "lesson", "/lesson/safe/none"): dict.fromkeys(ROLES, NOTHING),
    ("POST", "demo_sign_in", "/demo/sign-in"): dict.fromkeys(ROLES, "303 /"),
}
NAMES = ("Ona", "Jonas", "Per")
SEEN = {"coordinator": {"Ona", "Jonas"}, "coordinator_elsewhere": {"Per"}, "sector": set(NAMES)}


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    async def hook(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def broken(_request: Request) -> Response:
        raise RuntimeError("canary")

    more = [Route("/hook", hook, methods=["POST"]), Route("/broken", broken)]
    hosts = [Host("Library", "lt", 1, "Rasa", ())]
    return create(database, texts, clock, more_routes=more, hosts=hosts, documents=Maker())


@pytest.fixture
async def papers(database: Database, cast: Cast) -> Papers:
    def fill(tx: Connection) -> Papers:
        terms = Terms(cast.safe[0], cast.library, MONDAY.date())
        assert assign(tx, terms, by=cast.coordinator, now=MONDAY) == 1
        return certify(tx, cast)

    return await database.write(fill)


def place(address: str, cast: Cast, papers: Papers) -> str:
    """An address with its gaps filled."""
    return address.format(
        learner=cast.learner,
        elsewhere=cast.elsewhere,
        ours=papers.ids["valid"],
        theirs=papers.ids["elsewhere"],
        version=cast.safe[1],
        given=1,
        code=papers.codes["valid"],
    )


@asynccontextmanager
async def browser_of(door: Door, cast: Cast, role: str) -> AsyncIterator[httpx.AsyncClient]:
    async with AsyncExitStack() as stack:
        opened = door.browser() if role == "nobody" else door.signed_in(getattr(cast, role))
        yield await stack.enter_async_context(opened)


def told(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.headers.get('location', '')}".strip()


@pytest.mark.parametrize("role", ROLES)
async def test_what_a_role_gets(door: Door, cast: Cast, papers: Papers, role: str) -> None:
    got, shown = dict[tuple[str, str, str], str](), dict[tuple[str, int], set[str]]()
    for method, name, address in EXPECTED:
        async with browser_of(door, cast, role) as browser:
            answer = await browser.request(method, place(address, cast, papers), headers=SAME_ORIGIN)
        got[method, name, address] = told(answer)
        named = {each for each in NAMES if re.search(rf"\b{each} [A-Z]", answer.text)}
        shown[name, answer.status_code] = shown.get((name, answer.status_code), set()) | (
            set() if name in PUBLIC + ONESELF else named
        )
    assert got == {case: place(expected[role], cast, papers) for case, expected in EXPECTED.items()}
    assert {case for case, names in shown.items() if names and case[1] not in (200, 422)} == set()
    assert {name for names in shown.values() for name in names} == SEEN.get(role, set())
    assert shown.get(("learners", 200), set()) == SEEN.get(role, set())


def test_no_route_is_left_out(app: Starlette) -> None:
    ours = [
        route for route in app.routes if isinstance(route, Route) and route.path not in ("/hook", "/broken")
    ]
    covered = {(method if method != "HEAD" else "GET", name) for method, name, _ in EXPECTED}
    assert {
        (method, route.name) for route in ours for method in (route.methods or set()) - {"HEAD"}
    } == covered


async def test_missing_and_not_yours_are_told_in_the_same_words(door: Door, cast: Cast) -> None:
    ids = (str(cast.elsewhere), "999999", "0", "-1", "abc", "１", str(2**31), str(2**63), "9" * 4000)
    async with door.signed_in(cast.coordinator) as browser:
        answers = [await browser.get(f"/console/people/{each}") for each in ids]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert "There is no such page" in answers[0].text


HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
UNSURE = ("strict-transport-security", "cache-control")
ADDRESSES = [(method, address) for method, _, address in EXPECTED]
OTHERS = [
    ("POST", "/hook"),
    ("GET", "/broken"),
    ("GET", "/nothing"),
    ("DELETE", "/console"),
    ("GET", "/console/"),
]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_every_answer_is_protected(door: Door, cast: Cast, papers: Papers, scheme: str) -> None:
    expected = HEADERS | (
        {"strict-transport-security": "max-age=31536000; includeSubDomains"} if scheme == "https" else {}
    )
    for method, address in [*ADDRESSES, *OTHERS]:
        async with door.signed_in(cast.coordinator, f"{scheme}://console.test") as browser:
            answer = await browser.request(method, place(address, cast, papers), headers=SAME_ORIGIN)
        found = {
            name: value for name, value in answer.headers.items() if name in {*HEADERS, *expected, *UNSURE}
        }
        kept = "no-cache" if "static" in address else "no-store"
        assert (address, found) == (address, expected | {"cache-control": kept})


async def test_style_and_script_are_kept_under_the_address_that_pages_name(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        page = (await browser.get("/console")).text
        named = re.findall(r'(?:src|href)="(/console/static/[^"]+)"', page)
        answers = [await browser.get(address) for address in named]
        lost = await browser.get("/console/static/none.css")
    assert {re.sub(r"\?v=\w{16}$", "", address) for address in named} == {
        f"/console/static/{name}" for name in ("console.css", "console.js", "icon.svg")
    }
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=31536000, immutable"}
    assert sum(len(answer.content) for answer in answers) < 30_000  # some 8 kB as they travel
    assert lost.status_code == 404


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://console.test"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Origin": "http://console.test"}, True),
        ({"Origin": "https://console.test"}, True),
        ({"Origin": "http://console.test:8000"}, False),
        ({"Origin": "http://evil.test"}, False),
        ({"Origin": "http://console.test.evil.test"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://["}, False),
    ],
)
async def test_what_other_sites_send_is_refused(door: Door, headers: dict[str, str], passes: bool) -> None:
    async with door.browser() as browser:
        posted = await browser.post("/hook", headers=headers, content=b"12345")
        looked = await browser.get("/sign-in", headers=headers)
    assert (posted.status_code, looked.status_code) == (200 if passes else 403, 200)
    assert posted.text == "5" or "This was not sent from here" in posted.text


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/none", '<a class="main" href="/">To the front page</a>'),
        ("/catalogue/none", '<a class="main" href="/">To the front page</a>'),
        ("/console/none", '<a class="main" href="/console">To the learners</a>'),
        ("/catalogue", ""),
        ("/sign-in", ""),
    ],
)
async def test_nobody_is_sent_to_a_page_that_asks_them_to_sign_in(door: Door, address: str, way: str) -> None:
    async with door.browser() as browser:
        page = (await browser.get(address)).text
    assert way in page
    assert '<a class="brand" href="/">' in page


async def test_a_refused_sign_out_leaves_the_session_alone(coordinator: httpx.AsyncClient) -> None:
    refused = await coordinator.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert (refused.status_code, (await coordinator.get("/console")).status_code) == (403, 200)


@pytest.mark.parametrize("stated", [True, False])
async def test_a_body_has_a_largest_size(door: Door, stated: bool) -> None:
    async def parts(size: int) -> AsyncIterator[bytes]:
        for _ in range(size // 1024):
            yield b"x" * 1024

    async with door.browser() as browser:
        sizes = (1024 * 1024, 1024 * 1024 + 1024)
        contents = [b"x" * size if stated else parts(size) for size in sizes]
        answers = [await browser.post("/hook", content=content) for content in contents]
    assert [answer.status_code for answer in answers] == [200, 413]


@pytest.mark.parametrize(
    ("language", "words"), [("lt", "Pas mus įvyko klaida"), ("en", "Something went wrong here")]
)
async def test_a_fault_of_ours_is_told_calmly_and_without_its_inside(
    door: Door, language: str, words: str
) -> None:
    async with door.browser() as browser:
        answer = await browser.get("/broken", headers={"Accept-Language": f"{language},de;q=0.5"})
    assert (answer.status_code, words in answer.text) == (500, True)
    assert [word for word in ("canary", "Traceback", "RuntimeError") if word in answer.text] == []
