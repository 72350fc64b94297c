"""A programme for the fault runs: every card says something that no other card says."""

from pathlib import Path
from typing import Final

from PIL import Image

SLUG: Final = "drill"
LESSONS: Final = 4
_HEAD = "---\ntitle: {title}\nminutes: 2\n---\n"
_CARDS: Final = """
Card 1 of lesson {n}: how it begins.

---

## Which number has lesson {n}? {{#number-{n}}}

- [ ] {before}
  > {before} is the number of another lesson.
- [x] {n}
  > {n} is the number of this lesson.
- [ ] {after}
  > {after} is the number of another lesson too.

---

Card 3 of lesson {n}: there is a picture.

![A square of one colour that stands for lesson {n}](square-{n}.png)

---

## Which numbers are smaller than lesson {n} has? {{#smaller-{n}}}

- [x] {before}
  > {before} is smaller.
- [x] {long_before}
  > {long_before} is smaller too.
- [ ] {after}
  > {after} is greater.

---

Card 5 of lesson {n}: how it ends.
"""
CARDS: Final = 5


def write(folder: Path) -> Path:
    """Write the programme into a new folder of programmes; that folder."""
    programme = folder / SLUG
    programme.mkdir(parents=True)
    described = _HEAD.replace("minutes: 2\n", "").format(title="A drill")
    (programme / "programme.lt.md").write_text(described + "\nLessons that are learnt in fault runs only.\n")
    for number in range(1, LESSONS + 1):
        numbers = {"n": number + 10, "before": number + 9, "long_before": number + 8, "after": number + 11}
        head = _HEAD.format(title=f"Lesson {number + 10}")
        (programme / f"{number:02}-drill.lt.md").write_text(head + _CARDS.format(**numbers))
        Image.new("RGB", (64, 64), (60 * number, 0, 99)).save(programme / f"square-{number + 10}.png")
    return folder
