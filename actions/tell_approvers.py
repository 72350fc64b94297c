"""Tell coordinators that registrations wait for their approval: those of all webinars that are theirs, once a day."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from actions.want_approval import tell
from domain import approving
from domain.approving import Asking
from storage import asking, organisations, people, roles, webinars
from storage.database import Connection


def due(tx: Connection, now: datetime) -> list[int]:
    """Places whose coordinators are told now."""
    found = []
    for place, group in _groups(tx, now).items():
        there = organisations.find(tx, place)
        if there and approving.is_due(group, there.zone, now):
            found.append(place)
    return found


def tell_at(tx: Connection, place: int, now: datetime, *, mails: bool) -> int:
    """All who act there are told of what waits for them; how many they are."""
    for each in _groups(tx, now).get(place, []):
        webinars.lock(tx, each.webinar.id)  # whoever registers meanwhile is told of the next time
    group = _groups(tx, now).get(place, [])
    there = organisations.find(tx, place)
    if there is None or not approving.is_due(group, there.zone, now):
        return 0  # another process was quicker
    asking.told(tx, [each.webinar.id for each in group], now)
    _, them = roles.nearest(tx, place, now, "act")
    day = now.astimezone(ZoneInfo(there.zone)).date()
    for person in them:
        who = people.get(tx, person)
        key = f"approving:{place}:{person}:{day}"
        said, mailed = approving.waits(group, who), approving.waits_mail(group, who)
        tell(tx, who, key, said, mailed, now=now, mails=mails)
    return len(them)


def _groups(tx: Connection, now: datetime) -> dict[int, list[Asking]]:
    """What waits, by the nearest place where somebody may approve of it."""
    groups = defaultdict[int, list[Asking]](list)
    for each in asking.ahead(tx, now):
        place, them = roles.nearest(tx, each.webinar.organisation, now, "act")
        if them:
            groups[place].append(each)
    return dict(groups)
