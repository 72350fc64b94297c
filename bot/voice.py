"""The product's own sentences in one language."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.language import Language
from domain.message import Param, Place
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
        return bool(self.address) or not any(isinstance(each, Place) for each in params)

    def _placed(self, value: Param) -> Param:
        return f"{self.address or ''}{self.texts.path_of(value)}" if isinstance(value, Place) else value
