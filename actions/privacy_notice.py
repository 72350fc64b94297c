"""Publish a new version of an organisation's privacy notice, and tell those whom it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from actions.announce import announce
from domain.audit import Deed
from domain.language import Language
from domain.organisation import Scope
from domain.privacy_notice import PrivacyNotice, Unfit, readers, tidy, unfit
from storage import audit, people, privacy_notices
from storage.database import Connection

USEFUL: Final = timedelta(days=7)  # so long it makes sense to tell
Refused = Literal["same", "meanwhile"] | Unfit


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to publish. `after` is the version that they saw as the newest one (0: there was none)."""

    organisation: int
    language: Language
    text: str
    after: int


def publish(tx: Connection, scope: Scope, draft: Draft, now: datetime) -> PrivacyNotice | Refused | None:
    """The new version, or why there is none; None outside of the scope."""
    house, language, text = draft.organisation, draft.language, tidy(draft.text)
    if house not in scope.organisations:
        return None
    if wrong := unfit(text):
        return wrong
    before = privacy_notices.versions(tx, house, language)
    if before and privacy_notices.text(tx, before[0].id) == text:
        return "same"
    if draft.after != len(before):
        return "meanwhile"
    version = draft.after + 1
    values = {"organisation": house, "language": language, "version": version}
    if not privacy_notices.add(tx, **values, text=text, by=scope.person, at=now):  # type: ignore[arg-type]
        return "meanwhile"
    notice = privacy_notices.versions(tx, house, language)[0]
    told = {"language": language, "version": version}
    audit.note(tx, Deed("notice.published", house, notice.id, after=told), scope.person, now)
    return notice


def agree(tx: Connection, person: int, spoken: Language | None, now: datetime) -> None:
    """The person agrees to learn here, having been shown what holds now in the language that was spoken."""
    whom = people.get(tx, person)
    notice = privacy_notices.holding(tx, whom.organisation.id, spoken or whom.language)
    people.consent(tx, person, now, notice.id if notice else None)


def tell(tx: Connection, notice: PrivacyNotice, texts: Mapping[Language, str], now: datetime) -> int:
    """How many are told of it, once: those to whom the page shows this very text."""
    house = notice.organisation
    there = {each.language for each in privacy_notices.newest(tx, [house])}
    houses = privacy_notices.houses(tx, house)
    told = privacy_notices.readers(tx, houses, readers(notice.language, there))
    return announce(
        tx,
        key=f"notice:{notice.id}",
        organisation=house,
        houses=houses,
        texts=texts,
        people=told,
        not_after=now + USEFUL,
        owed=True,
        now=now,
    )
