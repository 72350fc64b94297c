"""Moodle XML, as its documentation describes it (docs.moodle.org, "Moodle XML format")."""

from lessons.formats.bank import Format
from lessons.formats.moodle_xml.read import read, recognises

FORMAT = Format("Moodle XML", recognises, read)
