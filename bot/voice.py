"""The product's own sentences in one language."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.language import Language
from domain.message import Param, Place, Secret
from domain.texts import Texts


@dataclass(frozen=True, slots=True)
class Voice:
    """The catalogue in one language.

    `address` is where everybody reaches the service's pages. Where nobody has said: "" in a messenger that is such a
    page itself, so that a path is enough for its own reader; else None, for nobody can be led there.
    """

    texts: Texts
    language: Language
    address: str | None = None

    def say(self, key: str, /, **params: Param) -> str:
        """A sentence with its parameters in place."""
        return self.texts.say(
            self.language, key, **{name: self._placed(each) for name, each in params.items()}
        )

    def leads(self, params: Iterable[Param]) -> bool:
        """Whether the links among these can be followed by whoever they are passed on to."""
        return bool(self.address) or not any(map(_is_place, params))

    def _placed(self, value: Param) -> Param:
        if isinstance(value, Secret) and value.page:
            return replace(value, page=f"{self.address or ''}{value.page}")
        return f"{self.address or ''}{self.texts.path_of(value)}" if isinstance(value, Place) else value


def _is_place(value: Param) -> bool:
    return isinstance(value, Place) or (isinstance(value, Secret) and bool(value.page))
