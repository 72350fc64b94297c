"""Ways through a lesson: names and links made into the indexes of the cards to which they lead."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from domain.programme import Card
from lessons.placed import END, Mark, Placed
from lessons.rules import Findings, shown


def joined(placed: list[Placed], found: Findings) -> list[Placed]:
    """The cards with what they and their options lead to. Every way leads on, so that a lesson ends."""
    places = {mark.name: index for index, each in enumerate(placed) for mark in each.names}
    places[END] = len(placed)
    linked = {mark.name for each in placed for mark in each.links}
    for each in placed:
        if each.anchor and each.anchor.name not in linked:
            found.add(
                each.anchor.line,
                "question-mark",
                f"Nothing leads to {{#{shown(each.anchor.name)}}}, so remove it, or end a question with ?.",
            )
    return [_led(each, index, places, found) for index, each in enumerate(placed)]


def branches(cards: Sequence[Card]) -> bool:
    """Whether any card is left for another than the next."""
    return any(
        card.leads_to is not None
        or (card.question and any(option.leads_to is not None for option in card.question.options))
        for card in cards
    )


def longest(cards: Sequence[Card], weigh: Callable[[Card], int]) -> int:
    """The greatest sum of weights on a way through the cards."""
    best = [0] * (len(cards) + 1)
    for index in range(len(cards) - 1, -1, -1):
        best[index] = weigh(cards[index]) + max(best[each] for each in _next(cards[index], index))
    return best[0]


def advise_shown(placed: list[Placed], found: Findings) -> None:
    """Which cards no way leads to."""
    reached = {0}
    for index, each in enumerate(placed):
        if index in reached:
            reached |= _next(each.card, index)
        else:
            found.add(each.line, "never-shown", "No way leads to this card, so link to it or remove it.")


def _next(card: Card, index: int) -> set[int]:
    onward = index + 1 if card.leads_to is None else card.leads_to
    options = card.question.options if card.question and card.question.kind in ("single", "opinion") else ()
    return {onward if option.leads_to is None else option.leads_to for option in options} or {onward}


def _led(each: Placed, index: int, places: dict[str, int], found: Findings) -> Placed:
    def place(mark: Mark | None) -> int | None:
        return _place(mark, index, places, found) if mark else None

    asked, ways = each.card.question, [place(way) for way in each.ways]
    if asked and ways:
        pairs = zip(asked.options, ways, strict=True)
        asked = replace(asked, options=tuple(replace(option, leads_to=way) for option, way in pairs))
    return replace(each, card=replace(each.card, question=asked, leads_to=place(each.onward)))


def _place(mark: Mark, index: int, places: dict[str, int], found: Findings) -> int | None:
    target = places.get(mark.name)
    if target is None:
        found.add(
            mark.line,
            "no-such-card",
            f"No heading has {{#{shown(mark.name)}}}: write it behind one at the start of a card, or link to #{END}.",
        )
    elif target <= index:
        found.add(
            mark.line,
            "leads-back",
            f"Link to a card below this one instead of {{#{shown(mark.name)}}}, so that the lesson ends.",
        )
    return target
