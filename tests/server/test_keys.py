"""API keys: off unless a file is named, and then nothing but what is open without one."""

from __future__ import annotations

import signal
import time
from hashlib import sha256
from pathlib import Path
from threading import Thread

import httpx
import pytest

from service import cli
from service.app import create_app
from service.server.keys import BadKeys, Keyring, new_key
from service.settings import Settings
from tests.api.requests import TRIAGE
from tests.client import Client
from tests.server.running import running_service

OPEN = ["/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"]
CLOSED = ["/", "/version", "/v1/guidance", "/v1/faq/search?q=botox", "/v1/problems", "/nothing", "/docs/", "/HEALTHZ"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def written(file: Path, *names: str) -> list[str]:
    pairs = [new_key(name) for name in names]
    file.write_text("# name and SHA-256\n\n" + "\n".join(line for _, line in pairs) + "\n")
    return [key for key, _ in pairs]


def bearing(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def admits(file: Path, *values: str) -> bool:
    return Keyring(file).admits([(b"authorization", value.encode()) for value in values])


def test_without_a_file_everybody_may_ask(client: Client) -> None:
    assert client.get("/version").status_code == 200


def test_a_new_key_has_256_random_bits_and_its_line_only_the_hash() -> None:
    key, line = new_key("desk")

    assert line == f"desk {sha256(key.encode()).hexdigest()}"
    assert len(key) == len("ag_") + 43
    assert new_key("desk")[0] != key


def test_every_key_of_the_file_is_admitted_and_no_other(file: Path) -> None:
    first, second = written(file, "old", "new")

    assert admits(file, f"Bearer {first}")
    assert admits(file, f"bearer {second}")
    for value in (first, f"Basic {first}", f"Bearer {first}x", f"Bearer {first[:-1]}", "Bearer", "Bearer ", ""):
        assert not admits(file, value)
    assert not admits(file)
    assert not admits(file, f"Bearer {first}", f"Bearer {first}")
    assert not admits(file, f"Bearer {sha256(first.encode()).hexdigest()}")


BAD = {
    "an empty file": ("", "holds no key"),
    "comments alone": ("# nothing\n", "holds no key"),
    "a name alone": ("desk\n", "1: no name and SHA-256"),
    "a key in place of its hash": ("desk ag_secret\n", "1: no name and SHA-256"),
    "a short hash": (f"desk {'a' * 63}\n", "1: no name and SHA-256"),
    "a name twice": (f"desk {'a' * 64}\ndesk {'b' * 64}\n", "2: a name that an earlier line has"),
}


@pytest.mark.parametrize(("text", "fault"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_stops_the_start_with_its_place_and_cure(
    file: Path, text: str, fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(text)
    monkeypatch.setenv("AFTERGLOW_API_KEYS_FILE", str(file))

    assert cli.main(["serve"]) == 2

    said = capsys.readouterr().err
    assert said.startswith(str(file))
    assert fault in said
    assert "Cure: " in said
    assert "ag_secret" not in said


def test_a_file_that_is_not_there_stops_the_start(file: Path) -> None:
    with pytest.raises(BadKeys, match="cannot be read"):
        create_app(Settings(api_keys_file=file))


def test_the_command_prints_a_key_that_its_line_admits(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["key", "desk-2026"]) == 0

    key, line = (row.split(":", 1)[1].strip() for row in capsys.readouterr().out.splitlines())
    file.write_text(line)
    assert admits(file, f"Bearer {key}")


def test_the_command_refuses_a_name_that_the_file_could_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["key", "front desk"])

    assert ended.value.code == 2


def test_with_keys_only_what_is_open_needs_none(file: Path) -> None:
    (key,) = written(file, "desk")
    client = Client(create_app(Settings(api_keys_file=file)))

    assert {path: client.get(path).status_code for path in OPEN} == dict.fromkeys(OPEN, 200)
    assert {path: client.get(path).status_code for path in CLOSED} == dict.fromkeys(CLOSED, 401)
    assert client.post("/v1/triage", TRIAGE).status_code == 401
    assert client.request("POST", "/v1/triage", json=TRIAGE, headers=bearing(key)).status_code == 200
    assert client.get("/nothing", headers=bearing(key)).status_code == 404


def test_who_has_no_key_is_told_how_to_send_one(file: Path) -> None:
    (key,) = written(file, "desk")
    client = Client(create_app(Settings(api_keys_file=file)))

    refused = client.get("/version", headers=bearing(key + "x"))

    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["type"] == "/v1/problems/unauthorized"
    assert key not in refused.text


def test_the_description_says_which_calls_need_a_key(file: Path) -> None:
    written(file, "desk")
    document = Client(create_app(Settings(api_keys_file=file))).get("/openapi.json").json()

    assert document["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    assert document["security"] == [{"key": []}]
    assert document["paths"]["/healthz"]["get"]["security"] == []
    assert "security" not in document["paths"]["/v1/triage"]["post"]


def test_examples_of_the_description_need_no_key(file: Path) -> None:
    written(file, "desk")
    document = Client(create_app(Settings(api_keys_file=file))).get("/openapi.json").json()

    assert "examples" in document["paths"]["/v1/triage"]["post"]["responses"]["200"]["content"]["application/json"]


def test_keys_are_read_again_on_a_hang_up_and_no_request_is_lost(file: Path) -> None:
    (old,) = written(file, "old")
    statuses: list[int] = []
    with running_service(api_keys_file=str(file)) as service, httpx.Client(base_url=service.url) as client:
        stop = time.monotonic() + 1.5

        def ask_on() -> None:
            with httpx.Client(base_url=service.url) as other:
                while time.monotonic() < stop:
                    statuses.append(other.get("/healthz").status_code)
                    time.sleep(0.01)  # nobody reads the log meanwhile, and lines that find no room are lost

        asking = Thread(target=ask_on)
        asking.start()
        assert client.get("/version", headers=bearing(old)).status_code == 200
        (new,) = written(file, "new")
        service.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert client.get("/version", headers=bearing(old)).status_code == 401
        assert client.get("/version", headers=bearing(new)).status_code == 200

        file.write_text("nothing")
        service.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert client.get("/version", headers=bearing(new)).status_code == 200
        asking.join()
        printed = service.stop()

    assert set(statuses) == {200}
    assert '"message":"keys read again"' in printed
    assert '"level":"error","message":"the file of keys cannot be used' in printed
    assert old not in printed
    assert new not in printed
