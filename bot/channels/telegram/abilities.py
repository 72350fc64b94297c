"""What Telegram can show: for previews too, which have no account there."""

from typing import Final

from domain.fitting import Capabilities

CAPABILITIES: Final = Capabilities(
    buttons=True,
    label=32,
    pictures=True,
    hidden=True,
    many=False,
    edits=True,
    idempotent=False,
    forgets=150,
    files=True,
    largest=50_000_000,  # core.telegram.org/bots/api, "Sending files"
    groups="-",
    quizzes=True,
)
