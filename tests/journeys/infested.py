"""A town in which every text that somebody wrote is full of payloads, and the list of the texts that are none."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Table, column, literal, select, update
from sqlalchemy.dialects.sqlite import insert

from domain.audit import Deed
from domain.message import Announcement, Button, Content
from domain.programme import Picture
from domain.recording import Chapter
from domain.text import Entity, Text
from storage import (
    announcements,
    audit,
    employments,
    hooks,
    leads,
    outbox,
    passkeys,
    privacy_notices,
    providers,
    recordings,
    replies,
    webinars,
)
from storage.certificates import CERTIFICATE
from storage.database import Connection
from storage.drafts import DRAFT
from storage.imports import IMPORT
from storage.outbox import New, To
from storage.passkeys import Passkey
from storage.people import PERSON
from storage.programmes import VERSION
from storage.schema import METADATA
from tests.console.planted import Planted
from tests.console.post import NOW
from tests.console.town import MONDAY

Words = Callable[[str], str]
# Columns of words that people write, or that come from outside: where all of it is shown, and where only its beginning.
WHOLE: Final = (
    *(
        "person.name",
        "person.email",
        "person.number",
        "person.job",
        "person.tags",
        "employment.job",
        "employment.tags",
        "employment.number",
        "organisation.name",
        "organisation.contact",
    ),
    *("assignment.why", "assignment.job", "assignment.unit", "certificate.name", "certificate.organisation"),
    "certificate.place",
    *("certificate.programme", "certificate.reason", "certificate.number", "answer.words", "reply.words"),
    *("correction.words", "segment.name", "chat_group.title"),
    *("webinar.venue", "webinar.word", "webinar.link", "webinar_question.words", "webinar_lead.why"),
    "recording.link",
    *(
        "session.agent",
        "passkey.name",
        "provider.name",
        "doorstep.name",
        "doorstep.email",
        "roster_import.file",
        "attendance_report.file",
        "attendance_report.read_as",
        "attendance_row.name",
        "attendance_row.email",
    ),
    *("hook.address", "hook.failure", "hook_delivery.why"),
    *("roster_import.read_as", "join_link.domains", "draft.source", "api_token.name"),
)
ADDED: Final = ("privacy_notice.text",)  # nobody can change it later
# The same in JSON, by the names that the words have there; "" is the column itself, where all words are such.
INSIDE: Final[Mapping[str, Collection[str]]] = {
    "programme_version.content": ("title", "description", "audience", "plain", "owner", "licence", "alt"),
    "outbox.body": ("title", "lesson"),
    "recording.chapters": ("lt", "pl", "nb", "en"),
    "webinar.texts": ("title", "about"),
    "announcement.texts": ("lt", "pl", "nb", "en"),
    "announcement.audience": ("job", "tag"),
    "segment.rule": ("job", "tag"),
    "campaign.texts": ("lt", "pl", "nb", "en"),
    "announcement.enclosed": ("lt", "pl", "nb", "en", "url", "name"),
    "roster_import.sheet": ("name", "email", "number", "job", "value"),
    "audit.after": ("contact",),
    "webchat_entry.body": ("plain", "label", "alt"),
}
# What is not planted: closed words of the program, keys, days and sums that it makes itself, and what no page shows.
MADE: Final[Mapping[str, str]] = {
    "a word of a closed list, or a name that the program gives": """
        activity.what api_token.scopes address.channel address.language answer.purpose announcement.key
        announcement.state announcement.why
        campaign.state campaign.way campaign_step.reason campaign_step.state campaign_step.step
        chat_group.kind chat_group.language topic.state topic_post.name
        assignment.after_how assignment.language attempt.outcome attempt.reason audit.what
        bucket.key ceremony.kind certificate.language correction.what door_try.what draft.language draft.lesson
        enrolment.state gap.channel inbox.channel inbox.state invitation.way media_handle.channel
        memory.question memory.state
        organisation.country organisation.language organisation.languages organisation.level organisation.messengers
        organisation.zone privacy_notice.language
        programme.reach outbox.channel outbox.gate outbox.kind outbox.state person.language picture.media_type
        picture.name programme.slug reached.state registration.state
        registration.seen_by attendance_report.state attendance_report.zone attendance_row.how
        attendance_row.problem review.asked role.name roster_import.state
        schedule.kind
        schedule.said search_card.language sender.channel sender.owner session.how step.purpose
        trainer.spoken webinar.spoken webinar.currency webinar.seen_by webinar_lead.state
        webchat_entry.who webinar.state webinar.zone answer.question_id certificate.sought hook.topics
        hook_delivery.state
        hook_delivery.topic sign_in_link.how""",
    "a key or a digest": """
        attendance_report.digest attendance_row.known_as chat_group.code_hash
        address.key answer.step_key api_request.digest api_request.key api_token.token_hash authenticator.seed
        hook.seed hook.old_seed hook_delivery.told_as sign_in_link.browser_hash sign_in_link.code_hash
        webinar.paper
        calendar.seed registration.seed ceremony.data ceremony.token_hash certificate.code data_link.token_hash
        doorstep.seed
        door_try.who draft.base erasure.marks closing.marks inbox.key instance.code_key instance.id invitation.code_hash
        join_link.code mailed_code.seed mailed_code.step media.digest media_handle.account media_handle.digest
        media_handle.handle outbox.key outbox.sent_as outbox.step passkey.id password.hash picture.digest
        programme_version.digest recovery_code.code_hash session.token_hash sign_in_link.token_hash step.key
        webchat.address webchat_entry.address webchat_entry.key audit.seal""",
    "days, hours and numbers": """
        campaign.days sign_in_link.number activity.details answer.chosen assignment.due_on assignment.hired_since
        assignment.starts_on audit.at
        announcement.groups
        audit.before address.offers address.writes bucket.tries employment.hired_on employment.left_on
        forgetting.parameters memory.due memory.reviewed_on
        organisation.closes organisation.days_off organisation.opens outbox.day person.days person.hired_on person.hour
        person.leave_from person.leave_until person.left_on reached.due_on review.day roster_import.counts
        roster_import.deeds roster_import.kept sitting.asked sitting.worths step.selected
        topic.hour topic.next_day topic.programmes topic_post.day
        trainer.programmes""",
    "no page shows it": """
        webinar.series
        calendar.shown hook_delivery.body provisioned.external_id provisioned.given
        provisioned.user_key provisioned.user_name record_store.failure statement.body statement.refused
        inbox.account inbox.address
        inbox.error inbox.raw organisation.own organisation.sector outbox.reason provided.issuer
        provided.subject provider.client provider.issuer provider.secret_file""",
}
MARKED: Final = "⟦{}⟧"  # before everything planted, so that a page can be asked what of it is shown


def fill(tx: Connection, planted: Planted, reader: int, words: Words) -> None:
    """Everything of a planted town is full of what `words` makes of a column's name; `reader` will look at it."""
    _add(tx, planted, reader, words)
    _hold(tx, planted.ids["webinar", "own"], planted.ids["grant", "own"])
    for name in WHOLE:
        table, _, field = name.partition(".")
        own = METADATA.tables[table]
        tx.execute(update(own).values({field: literal(words(name) + " ").concat(column("rowid"))}))
    short = words("person.email")[:200]  # with more its QR code could not be drawn
    tx.execute(update(PERSON).where(PERSON.c.id == reader).values(email=short))
    for name, keys in INSIDE.items():
        if name not in ("audit.after", "webchat_entry.body"):
            table, _, field = name.partition(".")
            _inside(tx, METADATA.tables[table], field, words(name), keys)
    for number, content in tx.execute(select(VERSION.c.id, VERSION.c.content)).all():
        new = hashlib.sha256(content.encode()).hexdigest()  # by which a process knows what it has read
        tx.execute(update(VERSION).where(VERSION.c.id == number).values(digest=new))


def _add(tx: Connection, planted: Planted, reader: int, words: Words) -> None:
    """One of each thing that the town has not."""
    own, person = planted.organisations["own"], planted.ids["person", "own"]
    employments.add(tx, planted.ids["person", "other"], own, {}, MONDAY, agreed=True)
    audit.note(tx, Deed("organisation.set", own, own, {}, {"contact": words("audit.after")}), reader, MONDAY)
    told = words("privacy_notice.text")
    privacy_notices.add(tx, organisation=own, language="en", version=1, text=told, by=reader, at=MONDAY)
    passkeys.add(tx, Passkey("key", reader, "", b"", 0, MONDAY, None))
    for place in planted.organisations.values():
        providers.put(tx, place, "", f"https://{place}.example", client="c", secret_file="")
    source = "---\ntitle: x\nminutes: 3\n---\n\nx\n"
    draft = {"programme_id": planted.ids["programme", "own"], "lesson": "own-own-0", "language": "lt"}
    tx.execute(insert(DRAFT).values(person_id=person, saved_at=MONDAY, source=source, base="", **draft))
    end = MONDAY + timedelta(days=1)
    announcements.add(
        tx, key="told", organisation=None, texts={"en": "x"}, mandatory=False, not_after=end, at=MONDAY
    )
    number = announcements.by_key(tx, "told").id
    to = To(planted.ids["binding", "own"], "telegram", person, own)
    new = New(to, Announcement(number), "told", "announcement", NOW, announcement=number, not_after=end)
    outbox.add(tx, new, MONDAY)
    replies.add(tx, answer=planted.ids["answer", "own"], person=reader, words="x", at=MONDAY)
    revoked = CERTIFICATE.c.id == planted.ids["certificate", "own"]
    tx.execute(update(CERTIFICATE).where(revoked).values(revoked_on=MONDAY.date(), revoked_by=reader))
    hooks.tell(tx, planted.ids["webhook", "own"], hooks.Told(person, "told", "person.joined", "{}"), MONDAY)
    tx.execute(update(hooks.DELIVERY).values(state="failed", tried_at=MONDAY, tries=1))
    problem = {"code": "email", "value": "x"}
    for brought, sheet in tx.execute(select(IMPORT.c.id, IMPORT.c.sheet)).all():
        read = json.loads(sheet)
        read["rows"] = [*read["rows"], {**read["rows"][0], "line": 3, "problem": problem}]
        tx.execute(update(IMPORT).where(IMPORT.c.id == brought).values(sheet=json.dumps(read)))


def _hold(tx: Connection, webinar: int, trainer: int) -> None:
    """A trainer would not hold it, and says why; there is a recording of it."""
    session = webinars.find(tx, webinar)
    assert session is not None
    leads.ask(tx, session, trainer, MONDAY + timedelta(days=1), MONDAY)
    asked = leads.newest(tx, webinar, trainer)
    assert asked is not None
    leads.settle(tx, asked.id, "declined", "x")
    recordings.put(tx, webinar, "https://x.example/", [Chapter(65, {"en": "x"})], MONDAY)


def _inside(tx: Connection, table: Table, field: str, said: str, keys: Collection[str]) -> None:
    """Rewrite the words of a column of JSON."""
    own = table.primary_key.columns.values()[0]
    for number, written in tx.execute(select(own, table.c[field])).all():
        if written:
            new = json.dumps(_rewritten(json.loads(written), said, keys), ensure_ascii=False)
            tx.execute(update(table).where(own == number).values({field: new}))


def _rewritten(value: Any, said: str, keys: Collection[str]) -> Any:
    if isinstance(value, list):
        return [_rewritten(each, said, keys) for each in value]
    if not isinstance(value, dict):
        return value
    new = {
        name: said if name in keys and isinstance(each, str) and each else _rewritten(each, said, keys)
        for name, each in value.items()
    }
    return new | {name: [said] for name in ("sectors", "jobs") if name in new}


def spoken(words: Words, addresses: Collection[str]) -> list[Content]:
    """What the bot says in the chat: texts, buttons, a picture, and links that lead where none may lead."""
    said = words("webchat_entry.body")
    picture = Picture("0" * 64, "x.png", said, 1, 1)
    buttons = tuple(Button(said, "step:0", each) for each in ("", *addresses))
    links = [Content(Text("here", (Entity("link", 0, 4, each),))) for each in addresses]
    return [Content(Text(said), picture, buttons, pick="one"), *links]


def not_planted() -> set[str]:
    """The columns of texts that MADE gives a reason for."""
    return {name for names in MADE.values() for name in names.split()}


def texts() -> set[str]:
    """The columns of texts that there are."""
    every = (each for table in METADATA.tables.values() for each in table.columns)
    return {f"{each.table.name}.{each.name}" for each in every if "CHAR" in str(each.type)}
