"""Publish lesson files into the store: new versions of what changed, the last good text of what is broken."""

from collections.abc import Iterable
from datetime import datetime

from actions.find import index
from domain.programme import Programme, keep_last_good
from lessons.library import Draft
from storage import crash, media, programmes, sharing
from storage.database import Connection


def publish(tx: Connection, drafts: Iterable[Draft], now: datetime, *, over: bool = False) -> list[str]:
    """Store a new version of each programme that changed, and let it be found; the slugs of those.

    What authors published in the console is left alone, if it is not to be published `over`; their copies of other
    programmes are in any case.
    """
    published = dict[int, Programme]()
    for draft in drafts:
        if _is_theirs(tx, draft.programme.slug, over=over):
            continue
        before = programmes.newest_by_slug(tx, draft.programme.slug)
        programme = keep_last_good(draft.programme, before, draft.broken)
        if not (programme.lessons and programme.texts):
            continue
        for digest, picture in draft.pictures.items():
            media.keep(tx, digest, picture)
        version = programmes.publish(tx, programme, now)
        if version is not None:
            crash.point("publishing")
            published[version] = programme
    index(tx, published)
    return [programme.slug for programme in published.values()]


def left_alone(tx: Connection, drafts: Iterable[Draft]) -> list[str]:
    """The slugs of the programmes that are not published, because authors published them in the console last."""
    slugs = (draft.programme.slug for draft in drafts)
    return [slug for slug in slugs if _is_theirs(tx, slug)]


def _is_theirs(tx: Connection, slug: str, *, over: bool = False) -> bool:
    """Whether authors published it in the console (which `over` does not regard), or made it as a copy there."""
    programme = programmes.by_slug(tx, slug)
    if programme is not None and sharing.fork(tx, programme):
        return True
    return not over and programmes.from_console(tx, slug)
