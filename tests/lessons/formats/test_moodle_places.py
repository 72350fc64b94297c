"""Moodle XML: what is dragged onto a picture is matched with numbers that are drawn into it."""

from pathlib import Path

import pytest

from domain.language import LANGUAGES, Language
from domain.question import Option, Question
from domain.text import Text
from lessons.check import check
from lessons.formats.bank import Told
from lessons.formats.exporting import export
from lessons.formats.registry import load
from tests.lessons.formats import near
from tests.lessons.formats.packages import png
from tests.lessons.formats.placed import (
    LABELS,
    STATIONS,
    ZONES,
    drag,
    element,
    file,
    label,
    match,
    read,
    zone,
)


def asked(*parts: str, kind: str = "ddmarker", **given: str) -> tuple[Question, tuple[str, ...]]:
    """The question that becomes of one, and what it lost."""
    bank = read(element(kind, *parts, **given))
    assert bank.refused == ()
    (entry,) = bank.entries
    assert entry.card.question
    return entry.card.question, entry.changed


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
