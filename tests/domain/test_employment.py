"""Where people work: by which employments an assignment reaches them, and for whose addresses is vouched."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.assigning import Query, Terms, reaches
from domain.employment import MAIN, Givers, Work, gave, line_of, reached_by, swapped, vouched
from domain.organisation import Organisation
from domain.person import Person
from domain.tree import Own, Place

HOUSE = Organisation(1, "A", "LT", "Europe/Vilnius", "lt", "Rūta")
PERSON = Person(1, HOUSE, "Ona", "lt")
ABOVE = {1: {1: "A", 9: "All"}, 2: {2: "B", 9: "All"}, 3: {3: "B unit", 2: "B", 9: "All"}}
DAYS = st.sampled_from([None, date(2026, 1, 1), date(2026, 6, 1)])
JOBS = st.sampled_from(["", "nurse", "teacher"])
WORKS = st.lists(
    st.builds(
        Work, place=st.sampled_from(sorted(ABOVE)), job=JOBS, hired_on=DAYS, employment=st.integers(1, 9)
    ),
    max_size=3,
)
QUERIES = st.builds(Query, job=JOBS, language=st.sampled_from(["", "lt", "pl"]), hired_since=DAYS)
TERMS = st.builds(
    Terms,
    programme=st.just(1),
    place=st.sampled_from([1, 2, 3, 9]),
    starts_on=st.just(date(2026, 1, 1)),
    query=QUERIES,
)


@given(TERMS, WORKS)
def test_somebody_is_reached_by_each_employment_as_if_it_were_the_only_one(
    terms: Terms, works: list[Work]
) -> None:
    found = reached_by(terms, PERSON, works, ABOVE.__getitem__)
    alone = [reached_by(terms, PERSON, [each], ABOVE.__getitem__) for each in works]
    assert list(found) == [each for some in alone for each in some]
    for each in works:
        person = replace(PERSON, job=each.job)
        here = reaches(terms, person, hired_on=each.hired_on, around=ABOVE[each.place])
        assert (each in found) == here


@given(TERMS, WORKS, WORKS)
def test_another_employment_takes_nobody_away(terms: Terms, works: list[Work], more: list[Work]) -> None:
    before = reached_by(terms, PERSON, works, ABOVE.__getitem__)
    after = reached_by(terms, PERSON, [*works, *more], ABOVE.__getitem__)
    assert after[: len(before)] == before


def test_words_of_one_employment_are_not_those_of_another() -> None:
    """A nurse here who teaches there is no nurse there."""
    works = [Work(1, "nurse"), Work(2, "teacher", employment=5)]
    nurses = Terms(1, 9, date(2026, 1, 1), Query(job="nurse"))
    assert reached_by(nurses, PERSON, works, ABOVE.__getitem__) == (works[0],)
    assert reached_by(replace(nurses, place=2), PERSON, works, ABOVE.__getitem__) == ()


def test_an_organisation_vouches_for_addresses_at_its_domains_and_those_above_it() -> None:
    places = {
        9: Place(9, "All", "country", None, Own(domains=("gov.lt",))),
        2: Place(2, "B", "organisation", 9, Own(domains=("b.lt",))),
        1: Place(1, "A", "organisation", 9, Own(domains=("a.lt",))),
    }
    line = line_of(places, 2)
    assert [vouched(f"x@{each}", line) for each in ("B.lt", "gov.lt", "a.lt", "sub.b.lt", "")] == [
        *(True, True, False, False, False)
    ]


GIVERS = st.frozensets(st.sampled_from([None, 3, 5, 7]))


@given(GIVERS, GIVERS, st.booleans())
def test_what_was_begun_stays_with_who_gave_it(before: Givers, now: Givers, begun: bool) -> None:
    after = gave(before, now, begun=begun)
    assert after >= now
    assert after == (now | (before or MAIN) if begun else now)


@given(GIVERS)
def test_who_leaves_keeps_what_they_gave_and_nobody_gets_more(before: Givers) -> None:
    after = swapped(before, gone=9, main=5)
    known = before or MAIN
    assert (None in after, 9 in after) == (5 in known, None in known)
    assert after - {None, 9} == known - {None, 5}
