"""Content that was compiled is used only where nothing has changed since, and then says the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from service import compiled
from service.app import create_app
from service.compiled import PACKAGE, digest_of, prepared_for, read_compiled, write_compiled
from service.guidance import CONTENT
from service.prepared import prepare
from service.settings import Settings
from tests.client import Client

CONTENT_FILES = sorted(path.relative_to(PACKAGE) for path in CONTENT.rglob("*") if path.is_file())
ELIGIBILITY = {
    "session": {"at": "2026-11-22T10:00:00Z", "setting": "home"},
    "treatments": [{"product": "Dyspotr", "at": "2026-11-20"}],
}
TRIAGE = {"text": "my top lip went wihte right after the filler and it really hurts", "at": "2026-11-22T10:00:00Z"}
SEARCH = {"q": "how long afer botox can i use microcurent", "explain": True}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("compiled") / "afterglow.compiled"
    write_compiled(create_app, written)
    return written


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("copied") / "service"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def test_compiled_content_answers_as_it_does_when_it_is_read(file: Path) -> None:
    found = read_compiled(file)

    assert found is not None
    read, quick = Client(create_app(Settings(), prepare(CONTENT))), Client(create_app(Settings(), found))
    paths = list(read.app.state.services.shelf.paths())
    assert len(paths) > 1000
    for path in [*paths, "/openapi.json", "/docs"]:
        assert quick.get(path).content == read.get(path).content
    for path, body in (("/v1/eligibility", ELIGIBILITY), ("/v1/triage", TRIAGE), ("/v1/faq/search", SEARCH)):
        assert quick.post(path, body).content == read.post(path, body).content


def test_where_nothing_changed_what_was_compiled_is_used(file: Path, package: Path) -> None:
    assert read_compiled(file, package) is not None


@pytest.mark.parametrize("changed", CONTENT_FILES, ids=str)
def test_one_byte_of_content_makes_it_unused(changed: Path, file: Path, package: Path) -> None:
    content = (package / changed).read_bytes()
    middle = len(content) // 2
    (package / changed).write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])

    found = read_compiled(file, package)

    (package / changed).write_bytes(content)
    assert found is None


def test_a_changed_line_of_code_makes_it_unused(file: Path, package: Path) -> None:
    code = package / "guidance" / "load.py"
    before = code.read_text()
    code.write_text(before + "\n")

    found = read_compiled(file, package)

    code.write_text(before)
    assert found is None


def test_a_file_that_came_went_or_was_renamed_makes_it_unused(file: Path, package: Path) -> None:
    topics, other = package / "guidance" / "content" / "topics.yaml", package / "guidance" / "content" / "topic.yaml"
    digest = digest_of(package)

    shutil.copy(topics, other)
    assert digest_of(package) != digest
    topics.rename(other)
    assert digest_of(package) != digest
    other.rename(topics)
    assert digest_of(package) == digest


@pytest.mark.parametrize("place", [0, 40, 64, 500_000, -1])
def test_one_byte_of_what_was_compiled_makes_it_unused(place: int, file: Path, tmp_path: Path) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    (tmp_path / "spoilt").write_bytes(content)

    assert read_compiled(tmp_path / "spoilt") is None


@pytest.mark.parametrize("size", [0, 10, 64, 100_000])
def test_half_a_file_is_not_used(size: int, file: Path, tmp_path: Path) -> None:
    (tmp_path / "half").write_bytes(file.read_bytes()[:size])

    assert read_compiled(tmp_path / "half") is None


def test_without_the_file_all_is_read(tmp_path: Path) -> None:
    assert read_compiled(tmp_path / "none") is None


def test_code_is_compiled_as_well(package: Path) -> None:
    compiling = _run(package, "compile")

    assert compiling.returncode == 0
    assert all(Path(cache_from_source(str(code))).is_file() for code in package.rglob("*.py"))


def test_another_folder_of_content_is_always_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(CONTENT, tmp_path / "content")

    def refuse() -> None:
        raise AssertionError

    monkeypatch.setattr(compiled, "read_compiled", refuse)

    prepared = prepared_for(Settings(content_dir=tmp_path / "content"))

    assert prepared.guidance.version == prepare(CONTENT).guidance.version


def test_a_description_is_used_only_under_the_settings_that_it_describes(file: Path) -> None:
    usual, lowered = Settings(), Settings(body_bytes=2048, most_treatments=3)

    described = [create_app(each, read_compiled(file)).state.services.description for each in (usual, lowered)]

    assert described[0] is not None
    assert described[1] is None


def test_broken_content_stops_the_start_whatever_was_compiled_before(package: Path) -> None:
    areas = package / "guidance" / "content" / "areas.yaml"
    before = areas.read_text()

    compiling = _run(package, "compile")
    areas.write_text("- id: forehead\n  labl: Forehead\n")
    serving = _run(package, "serve")
    compiling_again = _run(package, "compile")

    areas.write_text(before)
    assert compiling.returncode == 0
    assert list(package.glob("__pycache__/*.compiled"))
    for stopped in (serving, compiling_again):
        assert stopped.returncode == 3
        assert "areas.yaml: forehead: unknown key 'labl'. Cure: remove it" in stopped.stderr


def _run(package: Path, command: str) -> subprocess.CompletedProcess[str]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("AFTERGLOW_")}
    return subprocess.run(
        [sys.executable, "-m", "service.cli", command],
        cwd=package.parent,
        env={**settings, "AFTERGLOW_PORT": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
