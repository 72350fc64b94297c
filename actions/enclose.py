"""What goes along with the words of a draft: kept with it, and let go of when nobody has it any more."""

from dataclasses import dataclass, replace
from hashlib import sha256

from actions import compose
from domain.enclosed import MOST_FILE, Enclosed, File
from domain.organisation import Scope
from lessons.names import slug_of
from lessons.shelf import Drawn
from storage import announcements, media, pictures
from storage.database import Connection
from storage.errors import NotFound

_END = 2_048  # bytes from its end, in which a PDF says that it is whole (ISO 32000-1, annex H)


class Unfit(Exception):
    """A file that cannot be sent; `rule` names the sentence that says why."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that may be sent, and its bytes."""

    file: File
    data: bytes


def judged(name: str, data: bytes) -> Brought:
    """The PDF in these bytes under a plain name; raises Unfit for anything else."""
    stem, dot, ending = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    if not dot or ending.lower() != "pdf":
        raise Unfit("kind")
    if len(data) > MOST_FILE:
        raise Unfit("size")
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-_END:]:
        raise Unfit("broken")
    return Brought(File(sha256(data).hexdigest(), f"{slug_of(stem, 'file')}.pdf", len(data)), data)


@dataclass(frozen=True, slots=True)
class Change:
    """What a coordinator wants to go along: as it is written, and what they brought or took away."""

    enclosed: Enclosed
    picture: Drawn | None = None
    file: Brought | None = None


def enclose(tx: Connection, scope: Scope, which: int, change: Change, *, seen: str) -> None:
    """This goes along with the draft from now on; raises NotFound, and Changed when it is not what was `seen`."""
    before = compose.held(tx, scope, which, seen).enclosed
    after = change.enclosed
    if change.picture:
        media.keep(tx, change.picture.picture.digest, change.picture.data)
        after = replace(after, picture=change.picture.picture)
    if change.file:
        media.keep(tx, change.file.file.digest, change.file.data)
        after = replace(after, file=change.file.file)
    if not announcements.enclose(tx, which, after, scope.person):
        raise NotFound
    pictures.let_go(tx, set(before.digests) - set(after.digests))
