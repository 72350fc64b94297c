"""Where a copy of somebody's data is fetched, and under which code it goes as a file."""

import pytest

from domain.message import CopyKind
from domain.own_data import own_file, own_kind, own_page


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_a_copy_has_a_page_and_a_file_of_its_kind(kind: CopyKind) -> None:
    page, file = own_page("token", kind), own_file("token", kind)
    assert (page, file, own_kind(kind)) == (f"/mydata/token.{kind}", f"token.{kind}", kind)


def test_there_is_no_copy_of_another_kind() -> None:
    assert own_kind("exe") is None
