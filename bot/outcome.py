"""How an attempt ended, and what its error means."""

from dataclasses import dataclass
from typing import Final

from bot.channel import AccountRefused, NotSent, Refused, SendError, Unreachable
from domain.delivery import Outcome
from storage.claiming import Claimed

OUTCOMES: Final[tuple[tuple[type[SendError], Outcome], ...]] = (
    (NotSent, "not_sent"),
    (AccountRefused, "not_sent"),
    (Unreachable, "unreachable"),
    (Refused, "refused"),
)


@dataclass(frozen=True, slots=True)
class Done:
    """How an attempt ended: as what it was sent, or why not."""

    claimed: Claimed
    sent_as: str = ""
    error: SendError | None = None

    @property
    def outcome(self) -> Outcome:
        """What an error means; one that says nothing more is ambiguous."""
        if self.error is None:
            return "sent"
        return next((outcome for kind, outcome in OUTCOMES if isinstance(self.error, kind)), "ambiguous")
