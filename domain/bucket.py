"""How often something may be tried: so many times within a while, whenever that while begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` tries `within` any stretch of time of this length; `name` tells it from others of the same person."""

    name: str
    most: int
    within: timedelta

    def counting(self, tries: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
        """The tries that still count, the oldest first."""
        return tuple(sorted(each for each in tries if each > now - self.within))

    def wait(self, tries: Sequence[datetime], now: datetime) -> timedelta:
        """How long until another one is allowed; nothing if it is now."""
        counted = self.counting(tries, now)
        return counted[-self.most] + self.within - now if len(counted) >= self.most else timedelta(0)


HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
SIGN_IN: Final = Limit("sign-in", 10, HOUR)
FROM_ADDRESS: Final = Limit("address", 20, HOUR)
PASSWORD: Final = Limit("password", 20, DAY)
CODE: Final = Limit("code", 5, timedelta(minutes=15))
CODES: Final = Limit("codes", 20, DAY)
PROOF: Final = Limit("proof", 10, DAY)
PROVIDER: Final = Limit("provider", 300, HOUR)  # a whole house may come from one address at nine
MAIL: Final = Limit("mail", 3, HOUR)
CALENDAR: Final = Limit("calendar", 60, HOUR)
UPLOAD: Final = Limit("upload", 20, HOUR)
CORRECTION: Final = Limit("correction", 10, DAY)
ANNOUNCEMENT: Final = Limit("announcement", 5, DAY)  # of an organisation with its units
PICTURE: Final = Limit("picture", 200, HOUR)  # whole albums are brought by hand
