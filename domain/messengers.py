"""Which messengers the people of an organisation may use, and what is said in another one."""

from collections.abc import Mapping
from typing import Final

from domain.message import Line, Param, Several
from domain.organisation import Organisation

# In which people learn, and what each is called.
MESSENGERS: Final[Mapping[str, str]] = {"web": "messenger.web", "telegram": "messenger.telegram"}
CHANGEABLE: Final = ("web", "telegram")  # where a message that was sent can be changed
ALWAYS: Final = ("email", "terminal")  # where codes go; where somebody sits at the machine itself


def allows(house: Organisation, channel: str) -> bool:
    """Whether its people may be written to there."""
    return not house.messengers or channel in (*house.messengers, *ALWAYS)


def allowed(house: Organisation) -> tuple[Line, ...]:
    """Which it allows, as a sentence; none where it allows all that there are."""
    if not house.messengers:
        return ()
    names = Several(tuple(MESSENGERS[each] for each in house.messengers))
    params: dict[str, Param] = {"organisation": house.name, "messengers": names}
    return (Line("messenger.allowed", params),)


def refused(house: Organisation, channel: str) -> tuple[Line, ...]:
    """The same, to be said to somebody who is in another one."""
    return () if allows(house, channel) else allowed(house)
