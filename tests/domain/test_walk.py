"""A person walks through programmes by whatever they press or write, and nothing is lost, repeated or barred."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.facts import Shelf
from domain.message import Feedback, Notice, ShowCard
from tests.domain.make import programme, shelf
from tests.domain.player import Player
from tests.domain.strategies import programmes, words

calm = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
COMMANDS = st.sampled_from(
    [
        "/continue", "/menu", "/pause", "/resume", "/progress", "/programmes", "/settings", "/help", "/start",
        "/start AbC", "/language pl", "/language", "/hour", "/hour 8", "/hour x", "/days", "/days 3 7", "/privacy",
        "/agree", "/decline", "/enrol safe", "/enrol no-such", "/nothing",
    ]
)  # fmt: skip
CHOICES = st.sampled_from(["next", "ok", "0", "1", "3", "=0,2", "=1", "=9", "", "x"])


class Walk(RuleBasedStateMachine):
    """One programme."""

    def __init__(self) -> None:
        super().__init__()
        self.player = Player(())

    @initialize(taught=programmes())
    def begin(self, taught: object) -> None:
        """Take the programme."""
        self.player = Player((shelf(programme("t")),))

    @property
    def asked(self) -> list[str]:
        """Keys of all steps so far."""
        return list(self.player.steps)


def finish(player: Player, enrolment: int, by_number: bool) -> None:
    """Press what is offered, what leads on first, until the programme is finished."""
