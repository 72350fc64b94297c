"""Questions of Moodle that ask for places in a picture, as Moodle 4 and 5 export them."""

from base64 import b64encode

from domain.language import Language
from domain.question import Option, Question
from domain.text import Text
from lessons.formats.bank import Bank
from lessons.formats.moodle_xml import FORMAT
from tests.lessons.formats.packages import png


def file(name: str, data: bytes) -> str:
    return f'      <file name="{name}" encoding="base64">{b64encode(data).decode()}</file>'


MAP = file("map.png", png((600, 400)))


def element(kind: str, *parts: str, text: str = "Where is what?", stored: str = MAP) -> str:
    """A question as Moodle 4 and 5 export it."""
    head = (
        f'  <question type="{kind}">\n    <name>\n      <text>Landmarks</text>\n    </name>\n'
        f'    <questiontext format="html">\n      <text><![CDATA[<p>{text}</p>]]></text>\n    </questiontext>\n'
        '    <generalfeedback format="html">\n      <text>Look again.</text>\n    </generalfeedback>\n'
        "    <defaultgrade>1.0000000</defaultgrade>\n    <penalty>0.3333333</penalty>\n    <hidden>0</hidden>\n"
        "    <idnumber></idnumber>\n    <shuffleanswers/>\n"
        '    <correctfeedback format="html">\n      <text>Your answer is correct.</text>\n    </correctfeedback>\n'
        "    <shownumcorrect/>"
    )
    hint = (
        '    <hint format="html">\n      <text>Look.</text>\n      <clearwrong/>\n    </hint>\n  </question>'
    )
    return "\n".join([head, stored, *parts, hint])


def drag(number: int, text: str, group: int | None = 1, more: str = "") -> str:
    groups = f"<draggroup>{group}</draggroup>" if group else "<noofdrags>1</noofdrags>"
    return (
        f"    <drag>\n      <no>{number}</no>\n      <text>{text}</text>\n      {groups}\n{more}    </drag>"
    )


def label(choice: int | str, x: int | str, y: int | str, text: str = "") -> str:
    return (
        f"    <drop>\n      <text>{text}</text>\n      <no>1</no>\n      <choice>{choice}</choice>\n"
        f"      <xleft>{x}</xleft>\n      <ytop>{y}</ytop>\n    </drop>"
    )


def zone(choice: int, shape: str, coords: str) -> str:
    return (
        f"    <drop>\n      <no>1</no>\n      <shape>{shape}</shape>\n      <coords>{coords}</coords>\n"
        f"      <choice>{choice}</choice>\n    </drop>"
    )


def read(*elements: str, language: Language = "en") -> Bank:
    whole = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>", *elements, "</quiz>"])
    return FORMAT.read(whole.encode(), language)


def match(rows: dict[str, str], prompt: str = "Where is what?") -> Question:
    lefts, rights = tuple(Option(Text(left)) for left in rows), tuple(map(Text, rows.values()))
    return Question("", "match", Text(prompt), lefts, rights, explanation=Text("Look again."), shuffled=True)


LABELS = [drag(1, "bed"), drag(2, "lamp"), label(1, 100, 50), label(2, 300, 200)]
ZONES = [drag(1, "OU", None), drag(2, "Railway station", None)]
STATIONS = [
    *ZONES,
    zone(1, "circle", "322,213;10"),
    zone(2, "rectangle", "100,60;80,50"),
    zone(2, "polygon", "195,180;295,180;295,380"),
]
