"""What can go wrong with the store, in words for the person who runs it."""


class StoreError(Exception):
    """The store cannot be used."""


class NewerDatabase(StoreError):
    """The database was written by a newer Zinute: run that version, or restore the backup made before the upgrade."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NotFound(StoreError):
    """There is no such row, or it is not for the one who asks."""
