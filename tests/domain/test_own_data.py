"""Where a copy of somebody's data is fetched, and under which code it goes as a file."""

import pytest

from domain.message import CopyKind, Place, Secret
from domain.own_data import own_file, own_kind, own_page


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_a_copy_has_a_page_and_a_file_of_its_kind(kind: CopyKind) -> None:
    page, file = own_page("seed", kind), own_file("seed", kind)
    assert page == Place("/mydata/seed.", Secret("seed", "link"), f".{kind}")
    assert (file, own_kind(kind)) == (f"seed.{kind}", kind)


def test_there_is_no_copy_of_another_kind() -> None:
    assert own_kind("exe") is None
