"""A number on a disc, as it is drawn into pictures."""

from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_SMOOTH: Final = 4
_DIGIT: Final = 3 / 4  # of the side
_STROKE: Final = 1 / 48
_RIM: Final = 1 / 12


@lru_cache(maxsize=32)
def badge(number: str, side: int, *, disc: str, ink: str, rim: bool = False) -> Image.Image:
    """A number on a disc as wide as `side`, drawn large and made small, so that its edges are smooth.

    `rim`: the disc ends in the colour of the number, so that it is seen on any ground. It is to be pasted, not changed.
    """
    whole = side * _SMOOTH
    drawn, font = Image.new("RGBA", (whole, whole)), ImageFont.load_default(whole * _DIGIT)
    draw, middle = ImageDraw.Draw(drawn), whole // 2
    draw.circle((middle, middle), middle - 1, fill=ink if rim else disc)
    if rim:
        draw.circle((middle, middle), middle - 1 - round(whole * _RIM), fill=disc)
    height = -font.getbbox(number, anchor="ls")[1]
    down = (whole + height) / 2
    draw.text((middle, down), number, fill=ink, font=font, anchor="ms", stroke_width=round(whole * _STROKE))
    return drawn.resize((side, side), Image.Resampling.LANCZOS)
