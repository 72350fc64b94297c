"""Questions in a spreadsheet: XLSX with the columns of the table."""

from lessons.formats.bank import Format
from lessons.formats.sheet.read import read
from lessons.formats.sheet.write import write
from lessons.formats.source import no_text

FORMAT = Format("XLSX", no_text, read, write)
