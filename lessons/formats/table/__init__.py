"""Questions in a table: CSV with the columns of our template (docs/questions.csv)."""

from lessons.formats.bank import Format
from lessons.formats.table.read import read, recognises
from lessons.formats.table.write import write

FORMAT = Format("CSV", recognises, read, write)
