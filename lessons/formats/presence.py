"""A report of who was in a meeting, from outside, cut into rows by a process of its own; the domain reads them.

CSV as Zoom, Microsoft Teams and BigBlueButton export it, the same saved as XLSX, and BigBlueButton's own JSON.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import Final

import msgspec

from domain.language import Language
from domain.report_headings import column_of, is_header
from domain.spreadsheet import bare
from lessons.formats.apart import MOST_SECONDS, Answer, ask
from lessons.formats.bank import Unreadable
from lessons.formats.lines import MOST_COLUMNS, Line, lines_of
from lessons.formats.roster import ENCODINGS, OF_LANGUAGE, Cut, damaged
from lessons.formats.source import ZIP, checked, decoded
from lessons.names import printable

MOST_ROWS: Final = 20_000
TOP: Final = 40  # lines in which the headings are looked for
_MANY: Final = f"The file has more than {MOST_ROWS:,} rows: a meeting has fewer."
_HEADINGS: Final = ["Name", "External ID", "Join Time", "Leave Time"]


class _Session(msgspec.Struct):
    registeredOn: int = 0  # noqa: N815 (as it is named there)
    leftOn: int = 0  # noqa: N815


class _Client(_Session):
    sessions: list[_Session] = []


class _User(msgspec.Struct):
    name: str
    extId: str = ""  # noqa: N815
    intIds: dict[str, _Client] = {}  # noqa: N815


class _Dashboard(msgspec.Struct):
    users: dict[str, _User]
    endedOn: int = 0  # noqa: N815


def cut_apart(name: str, data: bytes, language: Language) -> Cut:
    """The rows of the file with these bytes. Unreadable."""
    shown = printable(name)[-200:]
    with TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        answer = ask(
            "lessons.formats.presence_child", [shown, language], source, Answer[Cut], seconds=MOST_SECONDS
        )
    if answer is None:
        raise Unreadable(f"{shown} asks for more memory or time than a report may take, or is damaged.")
    if not answer.made:
        raise Unreadable(answer.said, answer.rule)
    return answer.made


def cut(name: str, data: bytes, language: Language) -> Cut:
    """The same in this process: only for one that is confined."""
    checked(name, data)
    if data.startswith(ZIP):
        from lessons.formats.sheet.book import sheets

        found = [lines for _, lines in sheets(data, MOST_ROWS + TOP)]
        with_headings = (each for each in found if any(is_header(cells) for _, cells in each))
        lines, encoding = next(with_headings, found[0] if found else []), ""
    elif data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        lines, encoding = list(_of_dashboard(data)), "utf-8"
    else:
        others = () if damaged(data) else sorted(ENCODINGS, key=lambda each: each != OF_LANGUAGE[language])
        text, encoding = decoded(data, *others)
        lines = list(islice(lines_of(text, column_of, TOP), MOST_ROWS + TOP + 1))
    if len(lines) > MOST_ROWS + TOP:
        raise Unreadable(_MANY, "rows")
    if any(len(cells) > MOST_COLUMNS for _, cells in lines):
        raise Unreadable(f"A line has more than {MOST_COLUMNS} columns: that is no such report.", "columns")
    return Cut([(line, list(map(bare, cells))) for line, cells in lines], encoding)


def _of_dashboard(data: bytes) -> Iterator[Line]:
    """What BigBlueButton keeps of a meeting (learning_dashboard_data.json), as a table."""
    try:
        held = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Dashboard)
        yield 1, _HEADINGS
        line = 1
        for user in held.users.values():
            for client in user.intIds.values():
                for each in client.sessions or [client]:
                    line += 1
                    left = _moment(each.leftOn or held.endedOn)
                    yield line, [user.name, user.extId, _moment(each.registeredOn), left]
    except (msgspec.DecodeError, UnicodeError, ValueError, OverflowError, OSError) as error:
        raise Unreadable(
            "The file is JSON, but not what BigBlueButton keeps of a meeting.", "json"
        ) from error


def _moment(milliseconds: int) -> str:
    return (
        datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        if milliseconds
        else ""
    )
