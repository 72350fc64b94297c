"""At the door, on both stores: links, codes by e-mail, requests, guessing and its limits, who is told, moving."""

from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from actions.decide_request import let_in, turn_down
from actions.invite import invite, invite_by_mail, invite_many
from actions.join_link import change, renew
from actions.keys import new_code
from domain.code import by_hand
from domain.guessing import A_DAY, ALARM, AN_HOUR
from domain.message import Notice
from domain.organisation import Scope
from scheduler.jobs import sweep
from storage import bindings, keeping, people, tries
from storage.addresses import ADDRESS
from storage.audit import AUDIT
from storage.bindings import Wanted
from storage.database import Database
from storage.doorsteps import DOORSTEP
from storage.invitations import INVITATION
from storage.outbox import OUTBOX
from storage.people import PERSON
from storage.tries import DOOR_TRY
from tests.actions.entry import begins, codes_in, email_of, invited, mails, newest_code, scope, talk
from tests.actions.talk import Talk, new_key
from tests.storage.samples import MONDAY, Town, rows, settle_down

KEY = b"k" * 32
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SENT = "join.code_sent+join.nothing_came"
CODE = "AAAAAAAAAAAAAAAAAAAAAA"


async def test_who_reads_a_mailbox_of_the_roster_comes_in_by_the_link(database: Database) -> None:
    town, link = await begins(database)
    ana, email = talk(database), await email_of(database, town.ana)
    assert await ana.says(f"/start {link}") == ["join.ask_email"]
    assert await ana.says("labas") == ["join.ask_email"]
    assert await ana.says("ana@") == ["join.no_email"]
    assert await ana.says(f" {email.upper()} ") == [SENT]
    assert [to for to, _ in await mails(database)] == [email]
    code = await newest_code(database)
    assert await ana.says(code[::-1]) == ["code.wrong"]
    assert await ana.says(code.lower().replace("-", " ")) == ["join.who"]
    assert await ana.says("/yes") == ["join.privacy"]
    assert await ana.says("/agree") == ["join.welcome_open"]
    assert await rows(database, DOORSTEP.c.address_id) == []
    assert await rows(database, ADDRESS.c.person_id, where=ADDRESS.c.key == "ana") == [(town.ana,)]
    told = [to for to, said in await mails(database) if "joined.elsewhere" in str(said)]
    assert told == [email]


async def test_what_is_said_does_not_tell_whom_the_roster_has(database: Database) -> None:
    _, link = await begins(database)
    stranger = talk(database)
    await stranger.says(f"/start {link}")
    assert await stranger.says("nobody@elsewhere.example") == [SENT]
    assert await mails(database) == []
    assert await stranger.says("0000-0000-0000") == ["code.wrong"]


async def test_a_link_opens_its_own_organisation_only(database: Database) -> None:
    town, link = await begins(database)
    kari = talk(database)
    await kari.says(f"/start {link}")
    assert await kari.says(await email_of(database, town.kari)) == [SENT]
    assert await mails(database) == []


async def test_a_link_made_anew_or_closed_opens_nothing(database: Database) -> None:
    town, link = await begins(database)
    anew = await database.write(
        partial(renew, scope=scope(town), organisation=town.here, now=MONDAY, new_key=new_key)
    )
    assert anew
    assert await talk(database).says(f"/start {link}") == ["join.unknown_code"]
    assert await talk(database).says(f"/start {anew.code}") == ["join.ask_email"]
    closed = partial(change, scope=scope(town), organisation=town.here, now=MONDAY, opened=False)
    await database.write(closed)
    assert await talk(database, "b").says(f"/start {anew.code}") == ["join.link_closed"]
    assert await Talk(database, "c").says(f"/start {anew.code}") == ["join.link_closed"]


async def test_three_mails_an_hour_to_an_address_and_from_an_account(database: Database) -> None:
    town, link = await begins(database)
    email, one, two = await email_of(database, town.ana), talk(database), talk(database, "two")
    for each in (one, two):
        await each.says(f"/start {link}")
    assert [await one.says(email) for _ in range(4)] == [[SENT]] * 3 + [["join.enough"]]
    assert await two.says(email) == ["join.enough"], "whoever asks, the mailbox is left in peace"
    assert await one.says("another@elsewhere.example") == ["join.enough"]
    assert len(await mails(database)) == 3
    one.at += HOUR
    assert await one.says("/anew") == [SENT]
    assert len(await mails(database)) == 4


async def test_a_code_by_mail_has_its_time_and_its_tries(database: Database) -> None:
    town, link = await begins(database)
    ana, email = talk(database), await email_of(database, town.ana)
    await ana.says(f"/start {link}")
    await ana.says(email)
    ana.at += 10 * MINUTE
    assert await ana.says(await newest_code(database)) == ["code.expired"]
    assert await ana.says("/anew") == [SENT]
    told = [await ana.says("0000-0000-0000") for _ in range(6)]
    assert told == [["code.wrong"]] * 4 + [["code.no_tries"], ["join.too_many"]]
    ana.at += HOUR
    assert await ana.says(await newest_code(database)) == ["code.expired"]


async def test_somebody_of_an_allowed_domain_asks_and_is_let_in(database: Database) -> None:
    town, link = await begins(database, ("lib.example",))
    eva = talk(database, "eva")
    await eva.says(f"/start {link}")
    assert await eva.says("eva@lib.example") == [SENT]
    assert await eva.says(await newest_code(database)) == ["join.your_name"]
    assert await eva.says("1") == ["join.your_name"]
    assert await eva.says(" Eva  Naujokė ") == ["join.requested"]
    assert await eva.says("na?") == ["join.request_waits"]
    (place,) = await rows(database, DOORSTEP.c.address_id, DOORSTEP.c.name)
    assert place[1] == "Eva Naujokė"
    decide = partial(let_in, address=place[0], now=MONDAY, new_code=new_code)
    other = Scope(0, frozenset({town.elsewhere}))
    assert await database.write(partial(decide, scope=other)) is None
    assert await database.write(partial(decide, scope=scope(town))) == "let_in"
    assert await database.write(partial(decide, scope=scope(town))) is None
    said = await eva.written("let_in:")
    assert [[line.text for line in each.lines] for each in said if isinstance(each, Notice)] == [
        ["join.approved", "join.privacy"]
    ]
    assert await eva.says("/agree") == ["join.welcome_open"]
    assert await rows(database, PERSON.c.name, where=PERSON.c.email == "eva@lib.example") == [
        ("Eva Naujokė",)
    ]


async def test_somebody_who_is_turned_down_is_told_and_nothing_is_kept(database: Database) -> None:
    town, link = await begins(database, ("lib.example",))
    eva = talk(database, "eva")
    for words in (f"/start {link}", "eva@lib.example"):
        await eva.says(words)
    await eva.says(await newest_code(database))
    await eva.says("Eva Naujokė")
    ((place,),) = await rows(database, DOORSTEP.c.address_id)
    assert (
        await database.write(partial(turn_down, scope=scope(town), address=place, now=MONDAY))
        == "turned_down"
    )
    assert await rows(database, DOORSTEP.c.address_id) == []
    assert len(await eva.written("turned_down:")) == 1
    assert await eva.says("labas") == ["join.stranger"]


async def test_five_wrong_codes_an_hour_and_then_a_right_one_is_not_looked_at(database: Database) -> None:
    await invited(database)
    thief = talk(database, "thief")
    told = [await thief.says(f"/start wrong{number}") for number in range(AN_HOUR + 1)]
    assert told == [["join.unknown_code"]] * AN_HOUR + [["join.too_many"]]
    assert await thief.says(f"/start {CODE}") == ["join.too_many"]
    assert await thief.says(by_hand(CODE)) == ["join.too_many"]
    assert await talk(database, "ana").says(by_hand(CODE).lower()) == ["join.who"]
    thief.at += HOUR
    assert await thief.says(f"/start {CODE}") == ["join.who"]


async def test_twenty_wrong_codes_a_day(database: Database) -> None:
    await invited(database)
    thief, told = talk(database, "thief"), list[str]()
    for number in range(A_DAY + 10):
        told += await thief.says(f"/start wrong{number}")
        thief.at += 13 * MINUTE
    assert told.count("join.unknown_code") == A_DAY
    assert told[A_DAY:] == ["join.too_many"] * 10


async def test_when_many_guess_a_right_code_needs_its_persons_mailbox(database: Database) -> None:
    town = await invited(database)

    def guesses(tx: Connection) -> None:
        for number in range(ALARM - 1):
            tries.add(tx, "wrong", f"somebody{number}", MONDAY)

    await database.write(guesses)
    ana, thief = talk(database), talk(database, "thief")
    assert await thief.says("/start wrong") == ["join.unknown_code"]
    assert await ana.says(f"/start {CODE}") == [SENT]
    assert [to for to, _ in await mails(database)] == [await email_of(database, town.ana)]
    assert await ana.says("/agree") == [SENT]
    assert await ana.says(await newest_code(database)) == ["join.who"]
    for word, answer in (("/yes", "join.privacy"), ("/agree", "join.welcome")):
        assert (await ana.says(word))[0] == answer


async def test_where_no_mail_goes_a_right_code_is_enough_whatever_is_guessed(database: Database) -> None:
    await invited(database)

    def guesses(tx: Connection) -> None:
        for number in range(ALARM):
            tries.add(tx, "wrong", f"somebody{number}", MONDAY)

    await database.write(guesses)
    assert await Talk(database).says(f"/start {CODE}") == ["join.who"]


async def test_the_person_is_told_once_a_day_that_their_used_code_was_shown(database: Database) -> None:
    town = await invited(database)
    ana, thief = talk(database), talk(database, "thief")
    await ana.join(CODE)
    for _ in range(3):
        assert await thief.says(f"/start {CODE}") == ["join.used_code"]
    assert len(await ana.written("tried:")) == 1
    email = await email_of(database, town.ana)
    heard = [(to, said.lines[-1].text) for to, said in await mails(database) if isinstance(said, Notice)]
    assert heard == [(email, "joined.elsewhere"), (email, "joined.tried")]


async def test_a_newer_code_takes_the_place_of_an_unused_one(database: Database) -> None:
    town = await invited(database)
    newer = partial(invite, person=town.ana, programme=None, code="newer", now=MONDAY)
    await database.write(newer)
    assert await talk(database).says(f"/start {CODE}") == ["join.newer_code"]
    ana = talk(database)
    await ana.join("newer")
    assert await rows(database, INVITATION.c.used_at, where=INVITATION.c.used_at.is_not(None)) == [(MONDAY,)]


async def test_moving_to_another_messenger_keeps_everything(database: Database) -> None:
    town = await invited(database)
    desk = talk(database)
    await desk.join(CODE)
    await desk.presses("next")
    assert await desk.says("/move") == ["move.head+move.link+move.hand+move.mail"]
    link, hand = codes_in(desk.heard[-1:])
    assert by_hand(link) == hand
    phone = talk(database, "77", "telegram")
    assert await phone.says(hand) == [SENT]
    assert [await phone.says(word) for word in ("/yes", "/agree", hand)] == [[SENT]] * 3
    asked = [to for to, said in await mails(database) if "join.mail_subject" in str(said)]
    assert asked == [await email_of(database, town.ana)] * 2
    assert await phone.says(await newest_code(database)) == ["join.who"]
    await phone.says("/yes")
    assert await phone.says("/agree") == ["join.welcome_open"]
    assert await phone.says("/continue") == ["card 0.1"]
    assert len(await desk.written("joined:")) == 1
    assert link not in str(await rows(database, *OUTBOX.columns))
    assert await Talk(database).says("/move") == ["move.ask"], "where codes cannot be made"


async def test_who_has_no_mailbox_moves_with_the_one_code(database: Database) -> None:
    town = await invited(database)
    nobodys = PERSON.update().where(PERSON.c.id == town.ana).values(email="")
    await database.write(lambda tx: tx.execute(nobodys).rowcount)
    desk = talk(database)
    await desk.join(CODE)
    assert await desk.says("/move") == ["move.head+move.link+move.hand"]
    phone = talk(database, "77", "telegram")
    assert await phone.says(codes_in(desk.heard[-1:])[1]) == ["join.who"]
    assert await mails(database) == []


async def test_invitations_by_mail_and_by_letter(database: Database) -> None:
    town = await invited(database)
    by_mail = partial(invite_by_mail, key=KEY, now=MONDAY, new_key=new_key)
    sent = await database.write(partial(by_mail, who=[town.ana, town.ben], programme=town.programme))
    assert sent == (2, [])
    ((to, said), _) = await mails(database)
    assert to == await email_of(database, town.ana)
    link, hand = codes_in([said])
    assert by_hand(link) == hand
    stored = str(await rows(database, *OUTBOX.columns)) + str(await rows(database, *INVITATION.columns))
    assert link not in stored
    assert "invite.text" in stored
    assert await talk(database).says(f"/start {CODE}") == ["join.newer_code"]
    assert await talk(database).says(hand) == ["join.who"]
    many = partial(invite_many, way="letter", now=MONDAY, new_code=new_code)
    made = await database.write(partial(many, who=[town.ana], programme=None))
    assert [each.ends for each in made] == [MONDAY + timedelta(days=14)]
    assert await talk(database).says(f"/start {made[0].code}") == ["join.who"]


async def test_who_has_left_is_not_invited_and_comes_in_by_nothing(database: Database) -> None:
    town, link = await begins(database)
    wanted, ends = Wanted(MONDAY), MONDAY + 15 * 24 * HOUR
    find = partial(bindings.missing, scope=scope(town), wanted=wanted, most=9, ends_by=ends)
    assert town.ana in await database.read(find)

    def leave(tx: Connection) -> None:
        invite(tx, person=town.ana, programme=None, code=CODE, now=MONDAY)
        tx.execute(PERSON.update().where(PERSON.c.id == town.ana).values(left_on=MONDAY.date().isoformat()))

    await database.write(leave)
    assert town.ana not in await database.read(find)
    ana, other = talk(database), talk(database, "other")
    assert await ana.says(f"/start {CODE}") == ["join.expired_code"]
    await other.says(f"/start {link}")
    assert await other.says(await email_of(database, town.ana)) == [SENT]
    assert await mails(database) == []


async def test_who_leaves_later_is_still_let_in(database: Database) -> None:
    town = await invited(database)
    day = (MONDAY + 24 * HOUR).date().isoformat()
    await database.write(
        lambda tx: tx.execute(PERSON.update().where(PERSON.c.id == town.ana).values(left_on=day)).rowcount
    )
    assert await talk(database).says(f"/start {CODE}") == ["join.who"]


async def test_many_who_are_invited_at_once_are_one_row_of_the_log(database: Database) -> None:
    def make(tx: Connection) -> Town:
        town = settle_down(tx)
        many = [
            people.add(tx, organisation=town.here, name=f"P{n}", email=f"p{n}@x.example", language="lt")
            for n in range(300)
        ]
        invite_many(tx, many, None, way="letter", now=MONDAY, new_code=new_code, by=town.ben)
        invite_by_mail(tx, many[:1], None, key=KEY, now=MONDAY, new_key=new_key, by=town.ben)
        return town

    town = await database.write(make)
    told = (AUDIT.c.number, AUDIT.c.what, AUDIT.c.person_id, AUDIT.c.organisation_id, AUDIT.c.after)
    kept = await rows(database, *told)
    assert [row[1:4] for row in kept] == [
        ("invitations.made", town.ben, town.here),
        ("invitation.made", town.ben, town.here),
    ]
    assert '"count":300' in kept[0][4]


async def test_what_is_counted_at_the_door_is_forgotten(database: Database) -> None:
    town, link = await begins(database)
    ana = talk(database)
    for words in ("/start wrong", f"/start {link}", await email_of(database, town.ana)):
        await ana.says(words)
    await sweep.JOB.run(database, MONDAY + timedelta(days=1, seconds=1))
    assert await rows(database, DOOR_TRY.c.id) == []
    assert len(await rows(database, DOORSTEP.c.address_id)) == 1
    await sweep.JOB.run(database, MONDAY + timedelta(days=14, seconds=1))
    assert await rows(database, DOORSTEP.c.address_id) == []


async def test_what_no_roster_takes_is_asked_for_again(database: Database) -> None:
    _, link = await begins(database, ("lib.example",))
    eva = talk(database, "eva")
    await eva.says(f"/start {link}")
    assert await eva.says("e#va@lib.example") == ["join.no_email"]
    assert await eva.says("eva@lib.example") == [SENT]
    assert await eva.says(await newest_code(database)) == ["join.your_name"]
    assert await eva.says("@Eva") == ["join.your_name"]
    assert await eva.says("Eva") == ["join.requested"]


async def test_a_request_that_nobody_decides_is_forgotten_after_a_month(database: Database) -> None:
    _, link = await begins(database, ("lib.example",))
    eva = talk(database, "eva")
    for words in (f"/start {link}", "eva@lib.example"):
        await eva.says(words)
    await eva.says(await newest_code(database))
    await eva.says("Eva")
    strangers = partial(keeping.strangers, before=MONDAY + timedelta(days=40), after=0, most=9)
    assert await database.read(strangers) == []
    await sweep.JOB.run(database, MONDAY + timedelta(days=29))
    assert len(await rows(database, DOORSTEP.c.address_id)) == 1
    await sweep.JOB.run(database, MONDAY + timedelta(days=31))
    assert await rows(database, DOORSTEP.c.address_id) == []
    assert len(await database.read(strangers)) == 1
