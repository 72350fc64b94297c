"""The settings of the Telegram channel, read from the environment."""

import re
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, HttpUrl, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channel import ChannelError

PREFIX: Final = "ZINUTE_TELEGRAM_"
TOKEN: Final = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,200}")
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")  # Bot API, setWebhook, secret_token


class Settings(BaseSettings):
    """What an operator may set; each name has the prefix ZINUTE_TELEGRAM_ in the environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    token: SecretStr = SecretStr("")
    token_file: Path | None = None
    api: HttpUrl = HttpUrl("https://api.telegram.org")
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: HttpUrl | None = None
    webhook_secret: SecretStr = SecretStr("")
    webhook_secret_file: Path | None = None
    rate: float = Field(30.0, ge=0, le=1000)  # messages a second; Telegram's own limit is about 30

    @property
    def bot_token(self) -> str:
        """The token, from its own setting or from the file."""
        return _secret(self.token, self.token_file)

    @property
    def secret(self) -> str:
        """The webhook's secret, from its own setting or from the file."""
        return _secret(self.webhook_secret, self.webhook_secret_file)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        files = {"TOKEN_FILE": self.token_file, "WEBHOOK_SECRET_FILE": self.webhook_secret_file}
        for name, file in files.items():
            if file is not None and not file.is_file():
                raise ValueError(f"{PREFIX}{name} names a file that is not there: {file}")
        if not TOKEN.fullmatch(self.bot_token):
            raise ValueError(f"{PREFIX}TOKEN must be the token that @BotFather gave, such as 123456:ABC-def")
        if self.mode == "webhook":
            self._complete_webhook()
        return self

    def _complete_webhook(self) -> None:
        if self.webhook_url is None:
            raise ValueError(f"{PREFIX}WEBHOOK_URL must be the address that Telegram calls in webhook mode")
        if not SECRET.fullmatch(self.secret):
            raise ValueError(
                f"{PREFIX}WEBHOOK_SECRET must be 1 to 256 letters, digits, _ or - in webhook mode"
            )


def read_settings() -> Settings:
    """The settings; ChannelError with one sentence that names the setting when one is missing or wrong."""
    try:
        return Settings()
    except (ValidationError, OSError, UnicodeDecodeError) as error:
        raise ChannelError(_sentence(error)) from None


def _secret(value: SecretStr, file: Path | None) -> str:
    return value.get_secret_value() or (file.read_text(encoding="utf-8").strip() if file else "")


def _sentence(error: ValidationError | OSError | UnicodeDecodeError) -> str:
    if not isinstance(error, ValidationError):
        return f"A file that {PREFIX}TOKEN_FILE or {PREFIX}WEBHOOK_SECRET_FILE names cannot be read."
    first = error.errors(include_url=False, include_input=False)[0]
    said = first["msg"].removeprefix("Value error, ").rstrip(".")
    where = "".join(f"{PREFIX}{str(part).upper()}: " for part in first["loc"][:1])
    return f"{where}{said}."
