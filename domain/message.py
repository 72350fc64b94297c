"""Messages out: what is to be said (stored in the outbox), and what it looks like once it is in words."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from domain.facts import Purpose
from domain.mailbox import Form
from domain.programme import Picture
from domain.text import Text

CopyKind = Literal["json", "pdf"]
# "timely": an announcement that comes at each one's own lesson hour.
Kind = Literal[
    "reply", "code", "webinar", "reminder", "personal", "lesson", "announcement", "timely", "mandatory"
]


@dataclass(frozen=True, slots=True)
class Moment:
    """A local wall time, written out in the reader's language."""

    wall: datetime


@dataclass(frozen=True, slots=True)
class Weekdays:
    """ISO weekdays as rising digits ("135"), written out in the reader's language."""

    digits: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date, written out in the reader's language."""

    date: date


@dataclass(frozen=True, slots=True)
class Several:
    """Words of the catalogue by their ids, written out in the reader's language with commas between them."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that is kept nowhere: it is made of its seed when it is written out (domain/mailbox.py)."""

    seed: str
    form: Form = "digits"


@dataclass(frozen=True, slots=True)
class Place:
    """A page of this installation by its path, written out as a whole address; a `secret` and then `ending` follow."""

    path: str
    secret: Secret | None = None
    ending: str = ""


Reader = Literal["", "learner", "coordinator"]
Param = str | int | Moment | Weekdays | Day | Several | Place | Secret


@dataclass(frozen=True, slots=True)
class Choice:
    """A button before it has words: a text id of the catalogue (or a literal label) and what a press sends.

    `data` is a command ("/menu") or a step key with a choice ("hT4k...:1"). Where `url` is given, a page of this
    service by its path, a press opens it and sends nothing: `data` is empty then. With a `secret` the path ends in it,
    as that of a Place does.
    """

    label: str
    data: str
    literal: bool = False
    url: str = ""
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the catalogue and what to put into it."""

    text: str
    params: dict[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Sentences of the product's own, a paragraph each, and buttons. `step` is the key that these carry, if any.

    `reader`: whose commands a messenger that lists them shows from now on; "" is no word on that.
    """

    lines: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()
    step: str = ""
    form: Literal["notice"] = "notice"
    reader: Reader = ""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A card of a published lesson. `step` is the key that its buttons carry, `selected` what is chosen so far.

    `last`: nothing follows it in the lesson, for this learner. In a test it is question `number` (from 1) `of` so many.
    `purpose` is that of the step.
    """

    version: int
    lesson: int
    card: int
    step: str
    heading: bool = False
    selected: tuple[int, ...] = ()
    last: bool = False
    number: int = 0
    of: int = 0
    purpose: Purpose = "lesson"
    form: Literal["card"] = "card"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was answered, what it is worth (None: nobody can say), and why. `step` continues; empty at the end.

    `solved`: the question itself with what would have been right, whatever was answered.
    """

    version: int
    lesson: int
    card: int
    chosen: tuple[int, ...]
    correct: bool | None
    step: str = ""
    worth: float | None = None
    solved: bool = False
    purpose: Purpose = "lesson"
    form: Literal["feedback"] = "feedback"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A card of a published lesson that is only read: no study, no step, no answer."""

    version: int
    lesson: int
    card: int
    choices: tuple[Choice, ...] = ()
    form: Literal["excerpt"] = "excerpt"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a coordinator tells; its texts are stored once, in the announcement with this id. `gone`: it is to be no
    more."""

    id: int
    gone: bool = False
    form: Literal["announcement"] = "announcement"


@dataclass(frozen=True, slots=True)
class Posted:
    """A question of a published lesson in a group; `solved`: what is right, and why."""

    version: int
    lesson: int
    card: int
    solved: bool = False
    form: Literal["posted"] = "posted"


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate as a file to keep, in its own words; the file is made when it is sent."""

    code: str
    number: str
    title: str
    form: Literal["certificate"] = "certificate"


@dataclass(frozen=True, slots=True)
class OwnData:
    """A copy of what is kept of the person, as a file that is made when it is sent. For a while a page has it too: its
    address is made of the `seed`."""

    seed: str
    kind: CopyKind
    form: Literal["own_data"] = "own_data"


def notice(text: str, *choices: Choice, **params: Param) -> Notice:
    """A notice of one sentence."""
    return Notice((Line(text, params),), choices)


Message = Notice | ShowCard | Feedback | Excerpt | Announcement | Issued | OwnData | Posted


@dataclass(frozen=True, slots=True)
class Button:
    """A button in words. `data` comes back when it is pressed (at most 64 bytes); or it opens `url`, and nothing does.

    `url` is a whole address; where the messenger is a page of this service itself, it may be a path.
    """

    label: str
    data: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file by its code, and its name. `link` leads to it, where somebody can be led there.

    The code is that of a certificate, or a seed with a dot and a kind (`own_file`): then it is made for one person when
    it is sent. Or it is kept, for many, and has a `size` in bytes: then the code is the SHA-256 (hex) of it.
    """

    code: str
    name: str
    link: Button | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Quiz:
    """A question with one `right` option (its index), as a messenger's own quiz asks it; `why` is shown after it."""

    prompt: str
    options: tuple[str, ...]
    right: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A message in the reader's language.

    `pick` says what the buttons are: options of which one is chosen, options of which several are chosen (then
    `submit` ends the choice), or plain buttons. `more` are plain buttons below them. `hint` is what to say where
    buttons cannot be shown. `written`: it is answered in words, so that a number stands for nothing.
    `selected` are indexes into `buttons`. `silent`: it makes no sound. `pictured`: the options stand in the picture,
    numbered from 1 in the order of `buttons`, and the labels say what they show. `paper` is a file that goes along.
    `reader` is as in a Notice. `gone`: the message that this changes is to go, and says this where it cannot. `quiz`
    stands for the text where the messenger takes one.
    """

    text: Text
    picture: Picture | None = None
    buttons: tuple[Button, ...] = ()
    pick: Literal["none", "one", "many"] = "none"
    selected: tuple[int, ...] = ()
    submit: Button | None = None
    more: tuple[Button, ...] = ()
    hint: str = ""
    written: bool = False
    silent: bool = False
    pictured: bool = False
    paper: Paper | None = None
    reader: Reader = ""
    gone: bool = False
    quiz: Quiz | None = None
