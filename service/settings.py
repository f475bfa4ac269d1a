"""What an operator may set, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from service.guidance.load import CONTENT
from service.guidance.names import did_you_mean

PREFIX = "AFTERGLOW_"


class BadSettings(ValueError):
    """Settings that cannot be used, with a line for each."""


def _named(folder: object) -> object:
    """Refuse an empty name, which would mean the folder that the service happens to be started in."""
    if folder == "":
        raise PydanticCustomError("empty", "names no folder; give its path, or remove the variable")
    return folder


_Folder = Annotated[Path, BeforeValidator(_named)]


class Settings(BaseModel):
    """Every setting; each is also an environment variable: ``AFTERGLOW_`` and its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    body_bytes: Annotated[int, Field(ge=1024, le=16 * 1024 * 1024)] = 64 * 1024
    slots_bytes: Annotated[int, Field(ge=1024, le=16 * 1024 * 1024)] = 256 * 1024
    batch_bytes: Annotated[int, Field(ge=1024, le=256 * 1024 * 1024)] = 16 * 1024 * 1024
    line_bytes: Annotated[int, Field(ge=1024, le=1024 * 1024)] = 64 * 1024
    content_dir: _Folder = CONTENT
    protocols_dir: _Folder | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """
        Read the settings of *environment*, by default that of the process.

        Raises:
            BadSettings: A value that does not fit, or a name with our prefix that is no setting.
        """
        variables = os.environ if environment is None else environment
        given = {
            name.removeprefix(PREFIX).lower(): value for name, value in variables.items() if name.startswith(PREFIX)
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise BadSettings("\n".join(_line(str(each["loc"][0]), each["msg"]) for each in error.errors())) from None


def _line(name: str, message: str) -> str:
    if name in Settings.model_fields:
        return f"{PREFIX}{name.upper()}: {message[0].lower()}{message[1:]}"
    return f"{PREFIX}{name.upper()} is no setting{did_you_mean(name, Settings.model_fields).replace('; ', ': ', 1)}"
