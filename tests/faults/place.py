"""Where it is a working morning just now: a zone and a country for the people of the fault runs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import holidays

ZONES: Final = (
    *("Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Singapore", "Asia/Kolkata", "Asia/Dubai"),
    *("Europe/Vilnius", "Europe/Lisbon", "Atlantic/Azores", "America/Sao_Paulo", "America/New_York"),
    *("America/Denver", "America/Anchorage", "Pacific/Honolulu"),
)
COUNTRIES: Final = ("LT", "PL", "NO", "IN", "JP", "SA", "US")
MORNING: Final = timedelta(hours=8, minutes=30)
LATEST: Final = timedelta(hours=15)  # so that a long run does not come to the end of the working day


def place(now: datetime, zones: Iterable[str] = ZONES) -> tuple[str, str]:
    """A country without a holiday today, and a zone in which it is between half past eight and three."""
    for zone in zones:
        local = now.astimezone(ZoneInfo(zone))
        today = local.date()
        wall = timedelta(hours=local.hour, minutes=local.minute)
        if not MORNING <= wall < LATEST:
            continue
        for country in COUNTRIES:
            if today not in holidays.country_holidays(country, years=today.year):
                return country, zone
    raise ValueError(f"there is no working morning anywhere at {now}")
