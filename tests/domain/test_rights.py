"""What a role may, where it holds, and who may give it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisation import Right, Scope
from domain.rights import RIGHTS, ROLES, Grant, Role, held, may_give, may_touch

PLACES = st.frozensets(st.integers(1, 6))
ALL: tuple[Right, ...] = ("see", "act", "write", "manage", "audit")


def scope(roles: Mapping[Role, frozenset[int]]) -> Scope:
    """What the authenticator makes of roles."""
    where = held(roles)
    return Scope(1, where.get("see", frozenset()), frozenset(where), where)


@given(st.dictionaries(st.sampled_from(ROLES), PLACES))
def test_a_right_is_held_where_a_role_that_gives_it_is(roles: dict[Role, frozenset[int]]) -> None:
    found = held(roles)
    assert set(found) == {right for role in roles for right in RIGHTS[role]}
    for right, places in found.items():
        assert places == frozenset().union(*(roles[role] for role in roles if right in RIGHTS[role]))


@given(st.dictionaries(st.sampled_from(ROLES), PLACES), st.sampled_from(ALL))
def test_only_those_of_a_right_are_left_of_a_scope(roles: dict[Role, frozenset[int]], right: Right) -> None:
    whole = scope(roles)
    mine = whole.only(right)
    assert mine.organisations == whole.at(right) == mine.at(right) & whole.at("see")
    assert all(mine.at(each) == whole.at(each) & whole.at(right) for each in ALL)
    assert (mine.person, mine.rights) == (whole.person, whole.rights)


def test_rights_without_a_place_of_their_own_hold_in_all_that_is_seen() -> None:
    plain = Scope(1, frozenset({1, 2}), frozenset({"see", "act"}))
    assert [plain.at(right) for right in ("see", "act", "manage")] == [{1, 2}, {1, 2}, set()]


@given(
    st.dictionaries(st.sampled_from(ROLES), PLACES),
    st.lists(st.tuples(st.sampled_from(ROLES), st.integers(1, 6))),
)
def test_nobody_touches_who_has_a_role_that_they_could_not_give(
    roles: dict[Role, frozenset[int]], theirs: list[tuple[Role, int]]
) -> None:
    mine = scope(roles)
    may = may_touch(mine, [Grant(2, role, place) for role, place in theirs])
    assert may == (not [each for each in theirs if not may_give(mine, *each)])


@given(st.dictionaries(st.sampled_from(ROLES), PLACES), st.sampled_from(ROLES), st.integers(1, 6))
def test_nobody_gives_what_they_do_not_have_themselves(
    roles: dict[Role, frozenset[int]], role: Role, place: int
) -> None:
    mine = scope(roles)
    if may_give(mine, role, place):
        assert role != "platform"
        assert place in mine.at("manage")
        assert all(place in mine.at(right) for right in RIGHTS[role])
        assert RIGHTS[role] <= mine.rights


@pytest.mark.parametrize(
    ("roles", "given_here"),
    [
        (("platform",), ("administrator", "coordinator", "author", "trainer", "auditor")),
        (("administrator",), ("administrator", "coordinator", "trainer", "auditor")),
        (("administrator", "author"), ("administrator", "coordinator", "author", "trainer", "auditor")),
        (("coordinator",), ()),
        (("author", "trainer", "auditor"), ()),
    ],
)
def test_which_roles_can_be_given(roles: tuple[Role, ...], given_here: tuple[Role, ...]) -> None:
    mine = scope(dict.fromkeys(roles, frozenset({1})))
    assert tuple(role for role in ROLES if may_give(mine, role, 1)) == given_here
    assert [role for role in ROLES if may_give(mine, role, 2)] == []
