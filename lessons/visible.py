"""Whether a reader would see anything."""

import unicodedata


def visible(text: str) -> bool:
    """Whether `text` has a letter, digit, sign or mark of punctuation, not only spaces and invisible ones."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)
