"""Moments and lengths as platforms write them in four languages."""

from datetime import UTC, datetime

import pytest

from domain.report_cells import Order, length, moment, order_of

NINE = datetime(2026, 12, 7, 9, 5, 12, tzinfo=UTC)
WHOLE = NINE.replace(second=0)


@pytest.mark.parametrize(
    ("cell", "order", "found"),
    [
        ("2026-12-07 11:05:12", "dmy", NINE),
        ("2026-12-07, 11:05", "mdy", WHOLE),
        ("2026.12.07 11:05:12", "dmy", NINE),
        ("2026-12-07T09:05:12Z", "dmy", NINE),
        ("2026-12-07 09:05:12 UTC", "dmy", NINE),
        ("2026-12-07T11:05:12.337+02:00", "dmy", NINE),
        ("2026-12-07T04:05:12-0500", "dmy", NINE),
        ("12/07/2026 11:05:12 AM", "mdy", NINE),
        ("12/7/26, 11:05:12 AM", "mdy", NINE),
        ("12/7/2026, 11:05:12\u202fAM", "mdy", NINE),
        ("12/7/2026, 11:05:12 a.m.", "mdy", NINE),
        ("07/12/2026, 11:05:12", "dmy", NINE),
        ("07.12.2026 11:05:12", "dmy", NINE),
        ("7.12.2026, 11:05:12", "dmy", NINE),
        ("7. 12. 2026 11.05.12", "dmy", NINE),
        ("Dec 7, 2026 11:05 AM", "mdy", WHOLE),
        ("7 December 2026, 11:05", "dmy", WHOLE),
        ("2026-12-07 11:05:12 priešpiet", "dmy", NINE),
        ("2026-12-07 01:05:12 popiet", "dmy", NINE.replace(hour=11)),
        ("12/07/2026 12:05:12 PM", "mdy", NINE.replace(hour=10)),
        ("12/07/2026 12:05:12 AM", "mdy", NINE.replace(day=6, hour=22)),
        ("13/07/2026 11:05", "mdy", None),
        ("12/07/2026 13:05 PM", "mdy", None),
        ("2026-12-07 25:05", "dmy", None),
        ("1926-12-07 11:05", "dmy", None),
        ("Smarch 7, 2026 11:05 AM", "mdy", None),
        ("2026-12-07", "dmy", None),
        ("yesterday", "dmy", None),
        ("", "dmy", None),
    ],
)
def test_a_moment_is_read(cell: str, order: Order, found: datetime | None) -> None:
    assert moment(cell, order, "Europe/Vilnius") == found


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["07/12/2026, 10:00:00"], "dmy"),
        (["12/07/2026, 10:00:00"], "mdy"),
        (["12/07/2026 10:00:00 AM"], "mdy"),
        (["07/12/2026 10:00:00 AM"], "dmy"),
        (["05/06/2026 10:00:00 am"], "mdy"),
        (["05/06/2026 10:00:00"], "dmy"),
        (["2026-12-07 10:00:00"], "dmy"),
        ([], "dmy"),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_meeting(cells: list[str], order: Order) -> None:
    assert order_of(cells, "Europe/Vilnius", NINE) == order


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("87", 5220),
        ("0", 0),
        ("01:27:51", 5271),
        ("27:51", 100260),
        ("1h 27m 51s", 5271),
        ("1h27m51s", 5271),
        ("58 min", 3480),
        ("1 val. 27 min. 51 sek.", 5271),
        ("1 godz. 27 min 51 s", 5271),
        ("1 t 27 min 51 s", 5271),
        ("30s", 30),
        ("1 parsec", None),
        ("1h and 2m", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_length_is_read(cell: str, found: int | None) -> None:
    assert length(cell) == found
