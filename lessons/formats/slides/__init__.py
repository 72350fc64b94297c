"""Slides of a presentation (PowerPoint, PPTX), their texts, notes and pictures made into cards."""

from lessons.formats.bank import Format
from lessons.formats.slides.divide import divide
from lessons.formats.slides.read import read
from lessons.formats.source import no_text

FORMAT = Format("PowerPoint", no_text, read, divide=divide)
