"""Moodle XML: what is dragged onto a picture is matched with numbers that are drawn into it."""

import io
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image

from domain.language import LANGUAGES, Language
from domain.question import Option, Question
from domain.text import Text
from lessons.check import check
from lessons.formats.bank import Bank, Told
from lessons.formats.exporting import export
from lessons.formats.moodle_xml import FORMAT
from lessons.formats.registry import load
from tests.lessons.formats import near
from tests.lessons.formats.packages import png

PALE, INK, GROUND = (255, 255, 255), (34, 51, 74), (90, 0, 0)


def is_ink(picture: Image.Image, at: tuple[int, int]) -> bool:
    """Whether it is dark blue there, as far as smooth edges are."""
    pixel = picture.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(seen - meant) < 20 for seen, meant in zip(pixel, INK, strict=True))


def file(name: str, data: bytes) -> str:
    return f'      <file name="{name}" encoding="base64">{b64encode(data).decode()}</file>'


def jpeg(size: tuple[int, int], turned: int = 1) -> bytes:
    """A photo of one colour, which a camera held upright (1) or turned (6)."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = turned
    Image.new("RGB", size, GROUND).save(out, "JPEG", exif=exif)
    return out.getvalue()


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


def asked(*parts: str, kind: str = "ddmarker", **given: str) -> tuple[Question, tuple[str, ...]]:
    """The question that becomes of one, and what it lost."""
    bank = read(element(kind, *parts, **given))
    assert bank.refused == ()
    (entry,) = bank.entries
    assert entry.card.question
    return entry.card.question, entry.changed


def drawn(bank: Bank) -> Image.Image:
    (data,) = bank.pictures.values()
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB")


LABELS = [drag(1, "bed"), drag(2, "lamp"), label(1, 100, 50), label(2, 300, 200)]
ZONES = [drag(1, "OU", None), drag(2, "Railway station", None)]
STATIONS = [
    *ZONES,
    zone(1, "circle", "322,213;10"),
    zone(2, "rectangle", "100,60;80,50"),
    zone(2, "polygon", "195,180;295,180;295,380"),
]


def test_labels_are_matched_with_numbers_that_begin_where_they_would() -> None:
    bank = read(element("ddimageortext", *LABELS))
    (entry,) = bank.entries
    assert (entry.kind, entry.name, entry.changed) == ("match", "Landmarks", ())
    assert entry.card.question == match({"1": "bed", "2": "lamp"})
    picture = entry.card.picture
    assert picture
    assert (picture.alt, picture.width, picture.height) == (
        "A picture with the numbers 1 to 2 in it",
        600,
        400,
    )
    seen = drawn(bank)
    for x, y in ((100, 50), (300, 200)):
        assert seen.getpixel((x + 8, y + 20)) == PALE
        assert is_ink(seen, (x + 2, y + 20))
        assert seen.getpixel((x - 2, y + 20)) == GROUND
        assert seen.getpixel((x + 42, y + 20)) == GROUND


def test_markers_are_matched_with_the_middle_of_their_zones() -> None:
    bank = read(element("ddmarker", *STATIONS))
    (entry,) = bank.entries
    assert entry.card.question == match({"1": "OU", "2": "Railway station", "3": "Railway station"})
    seen = drawn(bank)
    for x, y in ((322, 213), (140, 85), (262, 247)):
        assert seen.getpixel((x - 12, y)) == PALE
        assert is_ink(seen, (x - 18, y))
    for x, y in ((100, 85), (245, 180), (295, 250)):  # the outlines
        assert is_ink(seen, (x, y))
    assert seen.getpixel((500, 300)) == GROUND


def test_the_number_of_a_bent_polygon_lies_in_it() -> None:
    bent = "0,0;300,0;300,40;40,40;40,400;0,400"
    seen = drawn(read(element("ddmarker", *ZONES, zone(1, "polygon", bent), zone(2, "circle", "500,300;9"))))
    row = [x for x in range(600) if seen.getpixel((x, 150)) == PALE]
    assert seen.getpixel((120, 120)) == GROUND  # its centroid
    assert row


@pytest.mark.parametrize(
    ("data", "size", "at"),
    [
        (png((2_400, 1_200)), (1_280, 640), (160, 160)),
        (jpeg((2_400, 1_200)), (1_280, 640), (160, 160)),
        (jpeg((2_400, 1_200), turned=6), (640, 1_280), (160, 160)),
        (png((60, 40)), (480, 320), (464, 304)),
    ],
)
def test_places_are_found_whatever_is_done_to_the_picture(
    data: bytes, size: tuple[int, int], at: tuple[int, int]
) -> None:
    zones = [*ZONES, zone(1, "circle", "300,300;10"), zone(2, "circle", "9999,9999;10")]
    seen = drawn(read(element("ddmarker", *zones, stored=file("a", data))))
    assert seen.size == size
    side = max(size) // 15
    pixel = seen.getpixel((at[0] - side * 3 // 10, at[1]))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 240


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_and_said_is_in_the_language(language: Language) -> None:
    (entry,) = read(element("ddmarker", *STATIONS, text="Drag them."), language=language).entries
    said = {
        "lt": ("Kas pažymėta kiekvienu numeriu?", "Paveikslėlis, kuriame pažymėti numeriai nuo 1 iki 3"),
        "pl": ("Co oznaczono poszczególnymi numerami?", "Obrazek z zaznaczonymi numerami od 1 do 3"),
        "nb": ("Hva hører til hvert nummer?", "Bilde med numrene 1 til 3 tegnet inn"),
        "en": ("What belongs to each number?", "A picture with the numbers 1 to 3 in it"),
    }
    assert entry.card.question
    assert entry.card.picture
    assert entry.card.text == Text("Drag them.")
    assert (entry.card.question.prompt.plain, entry.card.picture.alt) == said[language]


GROUPS = "Its answers were in groups, and now each can be chosen for every place."
SHARED = "Several answers belonged to one place, and are one answer now."
IMAGE = file("a.png", b"x")
ODD = {
    "named places": (
        "ddimageortext",
        [*LABELS[:2], label(1, 9, 9, "left"), label(2, 9, 99, "lamp"), label(2, 9, 300, "3")],
        {"1 – left": "bed", "2": "lamp", "3": "lamp"},
        (),
    ),
    "places without an answer": (
        "ddimageortext",
        [*LABELS, label(0, 1, 1), label("", 1, 1)],
        {"1": "bed", "2": "lamp"},
        (),
    ),
    "distractors": (
        "ddmarker",
        [*STATIONS[:4], drag(3, "Castle", None)],
        {"1": "OU", "2": "Railway station"},
        ("The right side 'Castle' belongs to nothing and is left out.",),
    ),
    "groups": (
        "ddimageortext",
        [drag(1, "bed"), drag(2, "red", 2, "<infinite/>"), label(1, 0, 0), label(2, 0, 99), label(2, 99, 99)],
        {"1": "bed", "2": "red", "3": "red"},
        (GROUPS,),
    ),
    "one zone for several markers": (
        "ddmarker",
        [*STATIONS[:4], zone(2, "circle", "322,213;10"), zone(2, "circle", "322,213;10")],
        {"1": "OU, Railway station", "2": "Railway station"},
        (SHARED,),
    ),
    "pictures to drag": (
        "ddimageortext",
        [
            drag(1, "a bed", more=IMAGE),
            drag(2, "", more=file("tall-lamp_150x100.png", b"x")),
            drag(3, "", more=file("IMG_2031.jpg", b"x")),
            label(1, 0, 0),
            label(2, 0, 99),
        ],
        {"1": "a bed", "2": "tall lamp"},
        ("The right side 'IMG_2031.jpg' belongs to nothing and is left out.",),
    ),
    "numbers as people write them": (
        "ddmarker",
        [*ZONES, zone(1, "Circle", " 10 , 20 ; 5 "), zone(2, "polygon", "1.5,1; 9,1; 9,9;")],
        {"1": "OU", "2": "Railway station"},
        (),
    ),
    "far outside": (
        "ddmarker",
        [*ZONES, zone(1, "circle", f"{'9' * 30},-5;{'9' * 30}"), zone(2, "polygon", "-9,0;-9,0;-9,0")],
        {"1": "OU", "2": "Railway station"},
        (),
    ),
}


@pytest.mark.parametrize(("kind", "parts", "rows", "lost"), ODD.values(), ids=ODD)
def test_what_is_matched(kind: str, parts: list[str], rows: dict[str, str], lost: tuple[str, ...]) -> None:
    assert asked(*parts, kind=kind) == (match(rows), lost)


def test_a_single_place_is_a_choice() -> None:
    drags = [drag(1, "bed"), drag(2, "lamp"), drag(3, "red", 2)]
    question, lost = asked(*drags, label(2, 10, 10), kind="ddimageortext")
    options = (Option(Text("bed")), Option(Text("lamp"), True, Text("Look again.")))
    assert question == Question("", "single", Text("Where is what?"), options, shuffled=True)
    assert lost == ()


def test_a_single_place_for_several_is_a_choice_of_several() -> None:
    zones = [*ZONES, drag(3, "Castle", None), zone(1, "circle", "1,1;9"), zone(3, "circle", "1,1;9")]
    question, _ = asked(*zones)
    assert (question.kind, question.right) == ("multiple", (0, 2))


CORNERS = ";".join(f"{each},{each}" for each in range(2_000))
NO_WORDS = (
    "A picture to drag (image (3).png) has no words, and what is matched is told in words: "
    "give it a text in Moodle."
)
NO_COORDINATES = "has no coordinates of this shape: draw it anew in Moodle."
REFUSED = {
    "no picture": (
        element("ddmarker", *STATIONS, stored=""),
        "The file has not its picture: export the questions once more.",
    ),
    "no picture in it": (
        element("ddmarker", *STATIONS, stored=file("map.png", b"hello")),
        "Its picture map.png is not taken. Save the picture as PNG, JPEG or WebP, because this is none of them.",
    ),
    "a drawing": (
        element("ddmarker", *STATIONS, stored=file("map.svg", b"<svg/>")),
        "Its picture map.svg is not taken. Messengers cannot show SVG, so render the drawing to a PNG and name that.",
    ),
    "half of it": (
        element("ddmarker", *STATIONS, stored=file("map.png", png((600, 400))[:90])),
        "Its picture map.png is not taken. The picture is damaged, so save it once more as 8-bit PNG or JPEG.",
    ),
    "no places": (element("ddmarker", *ZONES), "It has no places in its picture."),
    "many places": (
        element("ddimageortext", *LABELS, *(label(1, 9, each) for each in range(7))),
        "It has 9 places, and 8 are taken at most: divide it.",
    ),
    "thousands of places": (
        element("ddimageortext", *LABELS, *[label(1, 9, 9)] * 1_500),
        "It has 1,502 places, and 8 are taken at most: divide it.",
    ),
    "thousands of drags": (
        element("ddimageortext", *LABELS, *[drag(1, "a")] * 1_500),
        "It has 1,502 choices, and 200 are taken at most.",
    ),
    "no number": (
        element("ddimageortext", *LABELS, label(1, "left", 9)),
        "A place in its picture is at 'left', which is no number: place it anew.",
    ),
    "no finite number": (
        element("ddmarker", *ZONES, zone(1, "circle", "nan,1;1e400")),
        "A place in its picture is at 'nan', which is no number: place it anew.",
    ),
    "another shape": (
        element("ddmarker", *ZONES, zone(1, "star", "1,1;9")),
        f"A zone in its picture (star) {NO_COORDINATES}",
    ),
    "the coordinates of another shape": (
        element("ddmarker", *ZONES, zone(1, "polygon", "1,1;9")),
        f"A zone in its picture (polygon) {NO_COORDINATES}",
    ),
    "many corners": (
        element("ddmarker", *ZONES, zone(1, "polygon", CORNERS)),
        "A zone in its picture has more than 100 corners: draw it with fewer.",
    ),
    "a place for nothing": (
        element("ddmarker", *ZONES, zone(7, "circle", "1,1;9")),
        "A place in its picture has nothing that belongs to it.",
    ),
    "a picture without words": (
        element("ddimageortext", drag(1, "", more=file("image (3).png", b"x")), *LABELS[1:]),
        NO_WORDS,
    ),
    "two pictures of one name": (
        element(
            "ddimageortext", *(drag(each, "", more=file("lamp.png", b"x")) for each in (1, 2)), *LABELS[2:]
        ),
        "Two of its pictures to drag are called 'lamp': give each a text in Moodle.",
    ),
    "two pictures": (
        element("ddmarker", *STATIONS, text='<img src="@@PLUGINFILE@@/a.png">?').replace(
            "    </questiontext>", f"{file('a.png', png((9, 9)))}</questiontext>"
        ),
        "There are 2 pictures in it, and a card has one: add the question by hand.",
    ),
    "no text": (element("ddmarker", *STATIONS, text=""), "It has no text of a question."),
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(source: str, reason: str) -> None:
    assert read(source).refused == (Told(3, reason),)


@pytest.mark.parametrize("name", ["image.png", "DSC01234.jpg", "3.png", "Screenshot 2024-05-01.png", "b.png",
                                  "1f0c9a2be-77aa-4e1b.png", "obrazek_2.png", "_100x50.png", ""])  # fmt: skip
def test_such_names_say_nothing_of_a_picture(name: str) -> None:
    bank = read(element("ddimageortext", drag(1, "", more=file(name, b"x")), *LABELS[1:]))
    assert [" has no words" in told.reason for told in bank.refused] == [True]


def test_a_folder_of_them_can_be_sent_and_goes_out_and_comes_back(tmp_path: Path) -> None:
    whole = (
        f"<quiz>{element('ddmarker', *STATIONS, text='Drag them.')}{element('ddimageortext', *LABELS)}</quiz>"
    )
    taken = near.bring("a.xml", whole.encode(), tmp_path / "bank", language="lt")
    assert (dict(taken.kinds), taken.refused, taken.changed) == ({"match": 2}, (), ())
    assert check(tmp_path / "bank").errors == 0
    assert sorted(each.name for each in (tmp_path / "bank").glob("*.png")) == [
        "picture-1.png",
        "picture-2.png",
    ]
    for form in ("gift", "csv", "xlsx"):
        out = export(tmp_path / "bank", form, "lt")
        assert [lost.partition(": ")[2] for lost in out.lost] == [
            f"the picture picture-{number}.png is left out." for number in (1, 2)
        ]
        again = [entry.card.question for entry in load(form).read(out.data, "lt").entries]
        assert [(each.options, each.targets, each.explanation) for each in again if each] == [
            (each.options, each.targets, each.explanation)
            for each in (
                match({"1": "OU", "2": "Railway station", "3": "Railway station"}),
                match({"1": "bed", "2": "lamp"}),
            )
        ]
