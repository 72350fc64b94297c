"""The settings of the e-mail channel, read from the environment."""

from email.headerregistry import Address
from email.policy import SMTP
from pathlib import Path
from typing import Final, Self
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channel import ChannelError
from domain.mailbox import usable

PREFIX: Final = "ZINUTE_"
PORTS: Final = {"smtps": 465, "starttls": 587, "smtp": 25}
_HERE: Final = ("localhost", "127.0.0.1", "::1")
_EXAMPLE: Final = "smtps://NAME:PASSWORD@mail.example:465"


class Settings(BaseSettings):
    """What an operator may set; each name has the prefix ZINUTE_ in the environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    smtp_url: SecretStr = SecretStr("")
    smtp_url_file: Path | None = None
    mail_from: str = ""
    mail_rate: float = Field(10.0, ge=0, le=1000)  # messages a second

    @property
    def server(self) -> SplitResult:
        """Where mail is handed in, from its own setting or from the file; it has a name and a password, or neither."""
        file = self.smtp_url_file
        return urlsplit(
            self.smtp_url.get_secret_value() or (file.read_text(encoding="utf-8").strip() if file else "")
        )

    @property
    def login(self) -> tuple[str, str] | None:
        """Name and password; None where the server asks for none."""
        at = self.server
        return (unquote(at.username), unquote(at.password or "")) if at.username else None

    @property
    def port(self) -> int:
        """The server's port: the one that was given, or its scheme's own."""
        return self.server.port or PORTS[self.server.scheme]

    @property
    def sender(self) -> Address:
        """Whom mail comes from."""
        header = SMTP.header_factory("From", self.mail_from)
        found: Address = header.addresses[0]
        return found

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.smtp_url_file is not None and not self.smtp_url_file.is_file():
            raise ValueError(f"{PREFIX}SMTP_URL_FILE names a file that is not there: {self.smtp_url_file}")
        if not _is_server(self.server):
            schemes = "smtps:// (TLS), starttls:// or smtp:// (no TLS)"
            raise ValueError(f"{PREFIX}SMTP_URL must begin with {schemes}, such as {_EXAMPLE}")
        if self.login and self.server.scheme == "smtp" and self.server.hostname not in _HERE:
            raise ValueError(
                f"{PREFIX}SMTP_URL must begin with smtps:// or starttls://, because smtp:// would send the "
                "password unencrypted"
            )
        if not _is_sender(self.mail_from):
            example = "Zinute <learn@library.example>"
            raise ValueError(f"{PREFIX}MAIL_FROM must be one e-mail address, such as {example}")
        return self


def read_settings() -> Settings:
    """The settings; ChannelError with one sentence that names the setting when one is missing or wrong."""
    try:
        return Settings()
    except (ValidationError, OSError, UnicodeDecodeError) as error:
        raise ChannelError(_sentence(error)) from None


def _is_server(at: SplitResult) -> bool:
    try:
        extra = at.path.strip("/") or at.query or at.fragment
        return at.scheme in PORTS and bool(at.hostname) and at.port != 0 and not extra
    except ValueError:
        return False


def _is_sender(written: str) -> bool:
    try:
        found = [each.addr_spec for each in SMTP.header_factory("From", written).addresses]
    except (ValueError, IndexError):
        return False
    usual = written.isprintable() and all(address.isascii() and usable(address) for address in found)
    return len(found) == 1 and usual


def _sentence(error: ValidationError | OSError | UnicodeDecodeError) -> str:
    if not isinstance(error, ValidationError):
        return f"The file that {PREFIX}SMTP_URL_FILE names cannot be read."
    first = error.errors(include_url=False, include_input=False)[0]
    said = first["msg"].removeprefix("Value error, ").rstrip(".")
    where = "".join(f"{PREFIX}{str(part).upper()}: " for part in first["loc"][:1])
    return f"{where}{said}."
