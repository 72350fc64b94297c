"""Moodle's GIFT, as its documentation describes it (docs.moodle.org, "GIFT format")."""

from lessons.formats.bank import Format
from lessons.formats.gift.parts import recognises
from lessons.formats.gift.read import read
from lessons.formats.gift.write import write

FORMAT = Format("Moodle GIFT", recognises, read, write)
