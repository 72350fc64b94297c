"""Who visits which messenger: a new messenger of the registry needs a line here."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.bot.channels.contract import on_email, on_telegram, on_terminal, on_web
from tests.bot.channels.contract.running import Opening

PREPARE: Final[dict[str, Callable[[pytest.FixtureRequest], Opening]]] = {
    "web": on_web.prepare,
    "telegram": on_telegram.prepare,
    "email": on_email.prepare,
    "terminal": on_terminal.prepare,
}
ANSWERED: Final = tuple(name for name in PREPARE if name != "email")
# Only where something can be said and pressed.
answered: Final = pytest.mark.parametrize("name", ANSWERED, indirect=True)
