"""Matrix: what its clients show. Lessons can be looked at as they will stand there; nothing is sent yet."""

from typing import Final

from domain.fitting import Capabilities

CAPABILITIES: Final = Capabilities(
    buttons=False,  # an option is answered by its number
    label=40,
    pictures=True,
    hidden=True,  # a spoiler
    many=False,
    edits=True,
    idempotent=True,
)
