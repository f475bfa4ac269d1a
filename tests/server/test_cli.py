"""The command: what it prints, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI

from service import cli
from service.guidance.load import CONTENT
from service.server import serving
from service.settings import Settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "protocols"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    (folder / "areas.yaml").write_text("- id: forehead\n  labl: Forehead\n")
    return folder


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AFTERGLOW_HOST", "AFTERGLOW_PORT", "AFTERGLOW_PROTOCOLS_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_check_counts_what_the_guidance_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check"]) == 0

    lines = capsys.readouterr().out.splitlines()
    counts = {what: int(count) for count, what in (line.split(maxsplit=1) for line in lines[1:-1])}
    assert lines[0].startswith("Guidance 2")
    assert lines[-1] == "No fault."
    assert counts["treatments"] >= 23
    assert counts["conditions"] >= 59
    assert counts["signs"] >= 89
    assert counts["combinations"] >= 29
    assert counts["sources"] >= 211
    assert counts["FAQ"] >= 78
    assert counts["claims"] >= 178
    assert counts["emergency numbers"] >= 40


def test_check_names_every_fault_with_file_record_and_cure(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--content", str(broken)]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("areas.yaml: forehead: unknown key 'labl'. Cure: remove it") for line in lines)
    assert all("Cure: " in line for line in lines[:-1])
    assert lines[-1] == f"{len(lines) - 1} faults: this content must not be used."


def test_check_looks_at_the_protocols_of_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--protocols", str(EXAMPLE)]) == 0

    assert capsys.readouterr().out.endswith("Protocol careful_clinic: Careful Clinic.\nNo fault.\n")


def test_check_names_the_faults_of_a_protocol(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "loose.yaml").write_text("name: Loose\nbookable: [wait]\n")

    assert cli.main(["check", "--protocols", str(tmp_path)]) == 1

    fault, count = capsys.readouterr().out.splitlines()
    assert fault.startswith("loose.yaml: bookable: bookable 'wait' is looser than the base guidance")
    assert count == "1 fault: this content must not be used."


def test_bad_content_stops_the_start(
    broken: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERGLOW_CONTENT_DIR", str(broken))

    assert cli.main(["serve"]) == 3

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "areas.yaml: forehead: unknown key 'labl'." in printed.err
    assert "Traceback" not in printed.err


def test_bad_settings_stop_the_start(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_PROT", "9000")

    assert cli.main(["serve"]) == 2

    assert "AFTERGLOW_PROT is no setting" in capsys.readouterr().err


def test_serve_serves_as_it_is_set_and_ends_as_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []
    monkeypatch.setenv("AFTERGLOW_PORT", "9000")

    def serve(_app: FastAPI, settings: Settings) -> int:
        served.append(settings)
        return 1

    monkeypatch.setattr(serving, "serve", serve)

    assert cli.main(["serve"]) == 1

    assert [(settings.host, settings.port) for settings in served] == [("127.0.0.1", 9000)]


def test_openapi_writes_the_description(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "api" / "openapi.json"

    assert cli.main(["openapi", "--output", str(output)]) == 0

    assert json.loads(output.read_text())["info"]["title"] == "Afterglow"


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([])

    assert ended.value.code == 2
