"""The product's own sentences in one language."""

from dataclasses import dataclass

from domain.language import Language
from domain.message import Param
from domain.texts import Texts


@dataclass(frozen=True, slots=True)
class Voice:
    """The catalogue in one language. `address` is that of the service's pages; None where nobody can be led to them."""

    texts: Texts
    language: Language
    address: str | None = None

    def say(self, key: str, /, **params: Param) -> str:
        """A sentence with its parameters in place."""
        return self.texts.say(self.language, key, **params)
