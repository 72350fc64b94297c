"""What closes with an organisation, and who may be one person twice."""

import pytest

from domain import tombstone
from domain.closing import NotClosed, alike, along, inside
from domain.rights import held
from domain.tree import Level, Own, Place

CLOSED = frozenset({4})


def place(number: int, level: Level, above: int | None) -> Place:
    return Place(number, f"place {number}", level, above, Own(), closed=number in CLOSED)


PLACES = {
    each.id: each
    for each in (
        place(1, "sector", None),
        place(2, "organisation", 1),
        place(3, "unit", 2),
        place(4, "unit", 2),
        place(5, "unit", 3),
        place(6, "sector", None),
        place(7, "unit", None),
    )
}


@pytest.mark.parametrize(("top", "closes"), [(2, [2, 3, 5]), (3, [3, 5]), (5, [5]), (6, [6])])
def test_units_close_with_what_they_are_part_of(top: int, closes: list[int]) -> None:
    assert [each.id for each in inside(PLACES, top)] == closes


@pytest.mark.parametrize(("place", "with_"), [(5, [5, 3, 2]), (3, [3, 2]), (2, [2]), (1, [1]), (7, [7])])
def test_a_unit_closes_with_every_place_up_to_its_organisation(place: int, with_: list[int]) -> None:
    assert list(along(PLACES, place)) == with_


def test_organisations_below_do_not() -> None:
    with pytest.raises(NotClosed) as refused:
        inside(PLACES, 1)
    assert (refused.value.why, refused.value.value) == ("below", "place 2")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ona Onaitė", "ONAITE  Ona", True),
        ("Ona Onaitė", "Ona Onaitė-Jonė", False),
        ("Ona Onaitė", "Ona Jonaitė", False),
        ("", "", False),
    ],
)
def test_somebody_may_be_on_the_rosters_twice(one: str, other: str, same: bool) -> None:
    assert alike(one, other) == same


def test_what_is_closed_is_only_looked_at() -> None:
    where = held({"administrator": frozenset({2, 4}), "author": frozenset({4})}, CLOSED)
    both, one = frozenset({2, 4}), frozenset({2})
    assert where == {"see": both, "audit": both, "act": one, "manage": one, "write": frozenset()}


def test_a_closed_organisation_is_known_by_its_number_and_name_to_whoever_has_the_key() -> None:
    known = tombstone.organisation(b"k", 2, "Biblioteka")
    others = [(b"l", 2, "Biblioteka"), (b"k", 3, "Biblioteka"), (b"k", 2, "Muziejus")]
    assert known == tombstone.organisation(b"k", 2, "Biblioteka")
    assert known not in {tombstone.organisation(*each) for each in others}
