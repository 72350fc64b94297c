"""Letters of invitation to print: a page for each person, in their language, with a code for eyes and one for hands."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from certificates import writing
from certificates.page import qr
from certificates.pdf import typeset
from domain.letter import Letter
from domain.texts import Texts

TEMPLATE: Final = "letter.typ"


def letters(these: Sequence[Letter], *, texts: Texts, made_at: datetime) -> bytes:
    """One PDF with a page for each of these; there is at least one. It computes for a while: call it in a thread."""
    first = these[0]
    words = {
        "language": first.language,
        "title": texts.say(first.language, "pdf.letter_title", organisation=first.organisation),
        "author": writing.plain(first.organisation),
        "made": {"year": made_at.year, "month": made_at.month, "day": made_at.day},
        "letters": [_page(each, texts) for each in these],
    }
    return typeset(TEMPLATE, json.dumps(words, ensure_ascii=False), made_at.replace(microsecond=0))


def _page(letter: Letter, texts: Texts) -> dict[str, str]:
    say = partial(texts.say, letter.language)
    house = writing.plain(letter.organisation)
    return {
        "language": letter.language,
        "organisation": house,
        "heading": say("pdf.letter_heading"),
        "dear": say("pdf.letter_dear", name=writing.plain(letter.name)),
        "about": say("pdf.letter_about", organisation=house),
        "programme": writing.plain(letter.programme),
        "picture": qr(letter.link),
        "alt": say("pdf.picture", address=letter.link),
        "scan": say("pdf.letter_scan"),
        "open": say("pdf.letter_open"),
        "link": letter.link,
        "hand": say("pdf.letter_hand", page=letter.page),
        "code": letter.code,
        "until": say("pdf.letter_until", day=writing.day(letter.ends, letter.language)),
        "own": say("pdf.letter_own"),
        "contact": say("pdf.letter_contact", contact=writing.plain(letter.contact)),
    }
