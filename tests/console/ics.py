"""A second reader of calendars, by RFC 5545 alone: lines are unfolded, names, parameters and values taken apart."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

_LINE = re.compile(r'([A-Za-z-]+)((?:;[A-Za-z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
_ESCAPED = {"n": "\n", "N": "\n"}


@dataclass
class Part:
    """A component: its properties by name, each as (parameters, value), and what is inside it."""

    name: str
    properties: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    inside: list["Part"] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The value of a property that is there once."""
        [(_, value)] = self.properties[name]
        return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), value)

    def moment(self, name: str) -> datetime:
        """The same as a moment of UTC."""
        return datetime.strptime(self.text(name), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read(content: bytes) -> Part:
    """The calendar; it fails for lines that are too long, that do not end as they have to, or that are none."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    way: list[Part] = [Part("")]
    for line in content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]:
        found = _LINE.fullmatch(line)
        assert found, line
        name, parameters, value = found[1].upper(), found[2], found[3]
        if name == "BEGIN":
            way.append(Part(value))
        elif name == "END":
            done = way.pop()
            assert done.name == value
            way[-1].inside.append(done)
        else:
            way[-1].properties.setdefault(name, []).append((parameters, value))
    [calendar] = way[0].inside
    assert calendar.text("VERSION") == "2.0"
    return calendar
