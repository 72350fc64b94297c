"""How much is still known about a month, and about three months, later."""

import pytest

from domain.retention import Retained, retained


@pytest.mark.parametrize(
    ("answers", "shares"),
    [
        ([], ()),
        ([(0, True), (19, True), (41, False), (69, True), (111, True)], ()),
        ([(20, True), (24, False), (40, True)], (Retained(30, 2, 3),)),
        ([(70, False), (110, False)], (Retained(90, 0, 2),)),
        ([(30, True), (90, True), (91, False)], (Retained(30, 1, 1), Retained(90, 1, 2))),
    ],
)
def test_shares_have_their_denominators(
    answers: list[tuple[int, bool]], shares: tuple[Retained, ...]
) -> None:
    assert retained(answers) == shares
