"""The fault runs find a working morning at any hour of any day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from tests.faults.place import place


def test_there_is_a_working_morning_at_any_hour() -> None:
    for year in (2027, 2028):
        for hours in range(0, 24 * 366, 7):
            now = datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
            country, zone = place(now)
            local = now.astimezone(ZoneInfo(zone))
            assert 8 <= local.hour < 15
            assert local.date() not in holidays.country_holidays(country, years=local.year)
