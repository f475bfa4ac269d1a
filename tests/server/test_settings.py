"""Settings come from the environment, and a misspelt one is not quietly ignored."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.settings import BadSettings, Settings


def test_an_empty_environment_leaves_the_defaults() -> None:
    settings = Settings.from_environment({})

    assert (settings.host, settings.port, settings.body_bytes) == ("127.0.0.1", 8000, 65536)
    assert settings.protocols_dir is None
    assert (settings.slots_bytes, settings.batch_bytes, settings.line_bytes) == (256 * 1024, 16 * 1024 * 1024, 65536)


def test_our_prefix_names_a_setting_and_others_are_not_ours() -> None:
    settings = Settings.from_environment({"AFTERGLOW_PORT": "9000", "AFTERGLOW_HOST": "0.0.0.0", "PORT": "1"})

    assert (settings.host, settings.port) == ("0.0.0.0", 9000)


def test_a_setting_that_does_not_exist_is_named_with_the_closest() -> None:
    with pytest.raises(BadSettings, match=r"^AFTERGLOW_PROT is no setting: did you mean 'AFTERGLOW_PORT'\?$"):
        Settings.from_environment({"AFTERGLOW_PROT": "9000"})


@pytest.mark.parametrize("value", ["", "x", "-1", "65536"])
def test_a_value_that_does_not_fit_is_named(value: str) -> None:
    with pytest.raises(BadSettings, match=r"^AFTERGLOW_PORT: "):
        Settings.from_environment({"AFTERGLOW_PORT": value})


@pytest.mark.parametrize("name", ["AFTERGLOW_CONTENT_DIR", "AFTERGLOW_PROTOCOLS_DIR"])
def test_an_empty_folder_name_is_not_the_folder_we_happen_to_stand_in(name: str) -> None:
    with pytest.raises(BadSettings, match=f"^{name}: names no folder; give its path"):
        Settings.from_environment({name: ""})


def test_every_bad_setting_has_its_line() -> None:
    with pytest.raises(BadSettings) as raised:
        Settings.from_environment({"AFTERGLOW_PORT": "x", "AFTERGLOW_NOTHING": "1"})

    assert len(str(raised.value).splitlines()) == 2


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]
