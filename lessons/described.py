"""What a card of another language is, in words for the translator."""

from domain.programme import CardShape


def described(card: CardShape, cards: int) -> str:
    """The card as its author would have to write it, and where it leads in a lesson of so many cards."""
    about = f" lesson={card.about}" if card.about else ""
    what = f"the question {{#{card.id}{about}}} {_answers(card)}" if card.kind else "a text"
    if any(way is not None for way in card.ways):
        what += f", leading to {' and '.join(_place(way, cards) for way in card.ways)}"
    return what if card.leads_to is None else f"{what}, then leading to {_place(card.leads_to, cards)}"


def _answers(card: CardShape) -> str:
    count = len(card.ways)
    match card.kind:
        case "order":
            return f"with {count} lines to put in order"
        case "match":
            sides = ", ".join(str(place + 1) for place in card.places)
            return f"with a table of {count} rows, whose right sides are {sides}"
        case "number":
            return f"with {' | '.join(f'{value:f} ± {margin:f}' for value, margin in card.numbers)}"
        case "text":
            return "with words after ="
        case "open":
            return "with = ?"
    marked = " and ".join(str(index + 1) for index in card.right)
    opinion = "no [x]" if all(way is not None for way in card.ways) else ".opinion"
    fixed = " and .fixed" if marked and not card.shuffled and not card.pictured else ""
    options = "options that are pictures" if card.pictured else "options"
    return f"with {count} {options}, " + (f"[x] at {marked}{fixed}" if marked else opinion)


def _place(way: int | None, cards: int) -> str:
    if way is None:
        return "the next card"
    return "the end" if way == cards else f"card {way + 1}"
