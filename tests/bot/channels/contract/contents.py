"""Contents of every kind that the product may send."""

import hashlib
from dataclasses import replace
from io import BytesIO
from typing import Final

from PIL import Image

from domain.fitting import MOST_CAPTION, MOST_OPTIONS, MOST_TEXT
from domain.message import Button, Content
from domain.programme import Picture
from domain.text import Entity, EntityKind, Text, join, marked, units


def _png() -> bytes:
    data = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(data, "PNG")
    return data.getvalue()


PNG: Final = _png()
PICTURE: Final = Picture(
    hashlib.sha256(PNG).hexdigest(), "desk.png", "Registratūros langas, prie jo – žmogus", 64, 48
)
HINT: Final = "Parašykite numerį."
SUBMIT: Final = "Atsakyti"
SHORT: Final = ("Taip", "Ne", "Nežinau")
LONG: Final = tuple(
    f"{number} atsakymas: paskambinu sutartyje nurodytu numeriu ir paklausiu, ar tikrai pasikeitė sąskaita"
    for number in range(1, MOST_OPTIONS + 1)
)


def within(plain: str, *marks: tuple[EntityKind, str]) -> Text:
    """A text, and what is marked in it; a link leads to example.org."""
    entities = [
        Entity(kind, units(plain[: plain.index(part)]), units(part), _address(kind)) for kind, part in marks
    ]
    return Text(plain, tuple(sorted(entities, key=lambda each: (each.offset, -each.length))))


def _address(kind: EntityKind) -> str:
    return "https://example.org/gairės?a=1&b=2" if kind == "link" else ""


def options(labels: tuple[str, ...], *, prompt: str = "Ką darote pirmiausia?") -> Content:
    """A question with one right option."""
    buttons = tuple(Button(label, f"hT4kq9Zx_aB1:{index}") for index, label in enumerate(labels))
    return Content(marked(prompt, "bold"), buttons=buttons, pick="one", hint=HINT)


def several(labels: tuple[str, ...], selected: tuple[int, ...] = ()) -> Content:
    """A question with several right options."""
    submit = Button(SUBMIT, "hT4kq9Zx_aB1:ok")
    return replace(options(labels), pick="many", selected=selected, submit=submit)


def buttons(labels: tuple[str, ...]) -> Content:
    """A message with plain buttons."""
    return replace(options(labels), pick="none")


TEXTS: Final[dict[str, Text]] = {
    "letters": Text("Ąčęėįšųūž, łśżźćńó, æøå – „taip“ ✓ …"),
    "every kind": join(
        Text("Ačiū 👩‍🏫🎓"),
        *(marked(f"🎓 {kind}", kind) for kind in ("bold", "italic", "strike", "code", "hidden")),
        within("🎓 gairės", ("link", "gairės")),
        Text("🎓 pabaiga"),
        separator=" ",
    ),
    "one in another": within(
        "Vardas 🎓 ir pavardė yra duomenys",
        ("bold", "Vardas 🎓 ir pavardė"),
        ("italic", "🎓 ir"),
        ("link", "pavardė"),
    ),
    "two at one place": within("Svarbu: neskubėkite", ("bold", "Svarbu:"), ("italic", "Svarbu:")),
    "a quote": within(
        "Rašo:\n\nLabas 🎓,\nsumokėkite šiandien.\n\nKą darote?",
        ("quote", "Labas 🎓,\nsumokėkite šiandien."),
        ("bold", "šiandien"),
    ),
    "hidden": within("Kas čia ne taip? Kita pabaiga 🎓.", ("hidden", "Kita pabaiga 🎓.")),
    "paragraphs": Text("Viena\ndvi\n\ntrys\n\n\nketurios  penkios"),
    "the longest": Text(("Žodis " * (MOST_TEXT // 6)).strip()),
    "without a space": Text("ž" * 500),
}
CONTENTS: Final[dict[str, Content]] = {
    **{key: Content(text) for key, text in TEXTS.items()},
    "picture": Content(TEXTS["every kind"], PICTURE),
    "picture, longest caption": Content(Text("Žodis " * (MOST_CAPTION // 6 - 1) + "žodis"), PICTURE),
    "picture alone": Content(Text(""), PICTURE, (Button("Toliau", "hT4kq9Zx_aB1:next"),), hint=HINT),
    "picture, options": replace(options(tuple(each[:45] for each in LONG)), picture=PICTURE),
    "plain, short": buttons(SHORT),
    "plain, long": buttons(LONG),
    "one, short": options(SHORT),
    "one, long": options(LONG),
    "one, longest": options(tuple((each * 3)[:290] for each in LONG)),
    "many, short": several(SHORT),
    "many, long": several(LONG),
    "many, short, selected": several(SHORT, (0, 2)),
    "many, long, selected": several(LONG, (1, 10, 11)),
    "many, all selected": several(SHORT, (0, 1, 2)),
}

# What would be something else in HTML, Markdown, a template, a chat or a terminal.
MARKUP: Final = (
    "<b>storai</b> <script>alert(1)</script>",
    "*x* _y_ __z__ `k` ~s~ ||h||",
    "[a](https://b.example) ![c](d.png)",
    "&amp; &lt; &#39; &nbsp;",
    "/start KODAS",
    "/agree",
    "# antraštė",
    "> citata",
    "{name} {0} %s %(x)s ${x} {{ x }}",
    "\\n \\u0041 \\x1b[1m",
)
