"""What the documents show is what a stranger gets who types it. A block that no test can check fails."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.guidance.guidance import Guidance
from service.guidance.load import load_guidance
from service.guidance.protocol.loading import load_protocols
from service.settings import Settings
from tests.client import Client
from tests.documents.blocks import DOCUMENTS, ROOT, Block, all_blocks, blocks_of, differences, is_shown_in
from tests.server.running import running_service

SHOWN_AT = "http://127.0.0.1:8000"
CONTENT = ROOT / "service" / "guidance" / "content"
PATIENCE_SECONDS = 60


def named(*kinds: str) -> pytest.MarkDecorator:
    """Give a test each block of these kinds."""
    return pytest.mark.parametrize("block", all_blocks(*kinds), ids=lambda block: block.name)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Run the service with the clinic's rules of examples/."""
    with running_service(log_level="warning", protocols_dir=str(ROOT / "examples" / "protocols")) as service:
        yield service.url


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with what a command may name of a clone, in which it may leave files."""
    folder = tmp_path / "clone"
    for each in ("examples", "openapi", "service/guidance/content"):
        shutil.copytree(ROOT / each, folder / each)
    commands = tmp_path / "commands"
    commands.mkdir()
    afterglow = commands / "afterglow"
    afterglow.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m service.cli "$@"\n', "utf-8")
    afterglow.chmod(0o755)
    return folder


def printed_by(command: Sequence[str], clone: Path) -> str:
    """Run a command in a clone, and return what it prints. It fails where the command does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AFTERGLOW_")}
    commands = str(clone.parent / "commands")
    done = subprocess.run(
        command,
        cwd=clone,
        env=environment | {"PATH": f"{commands}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    blocks = [block for path in DOCUMENTS for block in blocks_of(path)]

    assert [block.name for block in blocks if block.kind == "unknown"] == []
    assert {block.kind for block in blocks} >= {"shell", "looked_at", "python", "js", "yaml", "html", "tree"}


@pytest.mark.parametrize(
    "text",
    [
        "```rust\nfn main() {}\n```\n",
        "```\nplain\n```\n",
        "```sh\nrm -rf /\n```\n",
        "```json\n{}\n```\n",
        "```sh\nls\n",
    ],
    ids=["language", "none", "command", "answer", "open"],
)
def test_a_block_that_nobody_checks_is_found(tmp_path: Path, text: str) -> None:
    document = tmp_path / "new.md"
    document.write_text(f"Some prose.\n\n{text}", "utf-8")

    assert "unknown" in [block.kind for block in blocks_of(document)]


@pytest.mark.parametrize(
    ("language", "shown", "is_right"),
    [
        ("json", '{"a": [1]}', True),
        ("json", '{"a": [2]}', False),
        ("json", '{"c": 1}', False),
        ("http", "HTTP/1.1 200 OK\netag: x", True),
        ("http", "etag: x\nHTTP/1.1 200 OK", False),
        ("text", "one", False),
    ],
)
def test_a_wrong_answer_is_found(language: str, shown: str, is_right: bool) -> None:
    printed = '{"a": [1, 2], "b": 3}' if language == "json" else "HTTP/1.1 200 OK\nDate: now\nETag: x\n"

    assert (not differences(Block("a.md", 1, language, shown), printed)) is is_right


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash")
@named("shell")
def test_a_shell_block_prints_what_is_shown(block: Block, url: str, clone: Path) -> None:
    printed = printed_by(["bash", "-euo", "pipefail", "-c", block.text.replace(SHOWN_AT, url)], clone)

    assert block.answer is None or differences(block.answer, printed) == []


@named("python")
def test_a_python_block_prints_what_is_shown(block: Block, url: str, clone: Path) -> None:
    printed = printed_by([sys.executable, "-W", "error", "-c", block.text.replace(SHOWN_AT, url)], clone)

    assert block.answer is not None, "show what it prints"
    assert differences(block.answer, printed) == []


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
@named("js")
def test_a_javascript_block_prints_what_is_shown(block: Block, url: str, clone: Path) -> None:
    (clone / "block.mjs").write_text(block.text.replace(SHOWN_AT, url), "utf-8")
    printed = printed_by(["node", "block.mjs"], clone)

    assert block.answer is not None, "show what it prints"
    assert differences(block.answer, printed) == []


@named("of_clients")
def test_a_block_of_the_clients_is_run_by_their_tests(block: Block) -> None:
    page = (ROOT / "openapi" / "README.md").read_text("utf-8")
    lines = [line for line in block.text.splitlines() if line and not line.startswith("//")]

    assert block.document == "README.md" if block.language == "ts" else all(line in page for line in lines), block.name


# What cannot be run here: it needs a Docker engine, a cluster, or minutes. Each line is held against what it names.


def commands_of(text: str) -> Iterator[list[str]]:
    """Yield the words of each line, without comments; a line may go on after a backslash."""
    for line in text.replace("\\\n", " ").splitlines():
        if words := shlex.split(line, comments=True):
            yield words


def options_of(command: Sequence[str]) -> set[str]:
    """Return the long options of a command."""
    return {word.partition("=")[0] for word in command if word.startswith("--")}


def check_make(words: Sequence[str]) -> None:
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    assert all(word in targets for word in words[1:] if "=" not in word), words
    for variable in (word.partition("=")[0] for word in words[1:] if "=" in word):
        assert re.search(rf"\$[({{]{variable}\b|\b{variable} ", (ROOT / "Makefile").read_text("utf-8")), variable


def check_docker(words: Sequence[str]) -> None:
    if words[1] == "compose":
        return check_compose(words)
    for option, value in pairwise(words):
        if option in ("-e", "--env"):
            name, _, content = value.partition("=")
            Settings.from_environment({name: content})
        if option in ("-v", "--volume"):
            assert (ROOT / value.split(":")[0].removeprefix("$PWD/")).exists(), value
    assert words[1] in ("run", "build", "kill"), words
    assert words[-1] in ("afterglow", "."), words
    if shutil.which("docker"):
        known = subprocess.run(["docker", words[1], "--help"], capture_output=True, text=True, check=True).stdout
        assert options_of(words) <= set(re.findall(r"--[a-z-]+", known)), words
    return None


def check_compose(words: Sequence[str]) -> None:
    compose = yaml.safe_load((ROOT / words[words.index("-f") + 1]).read_text("utf-8"))

    assert options_of(words) <= {"--detach", "--scale"}
    if "--scale" in words:
        service, count = words[words.index("--scale") + 1].split("=")
        found = re.search(r"server-template replica (\d+)", (ROOT / "docker/gateway/haproxy.cfg").read_text("utf-8"))
        assert found is not None
        assert service in compose["services"]
        assert int(count) <= int(found[1])


def check_kubectl(words: Sequence[str]) -> None:
    assert words[1:3] == ["apply", "-k"], words
    assert (ROOT / words[3] / "kustomization.yaml").exists()


def check_certificate(words: Sequence[str]) -> None:
    """A certificate and its key, put together where Compose reads them, and where git does not."""
    file = words[words.index(">") + 1]
    secret = yaml.safe_load((ROOT / "docker/compose.yaml").read_text("utf-8"))["secrets"]["afterglow.pem"]["file"]

    assert ROOT / file == (ROOT / "docker" / secret).resolve()
    assert f"/{file}" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


CHECKS = {"make": check_make, "docker": check_docker, "kubectl": check_kubectl, "cat": check_certificate}


@named("looked_at")
def test_what_is_not_run_names_what_there_is(block: Block) -> None:
    assert block.answer is None, "nothing is known of what it prints"
    for words in commands_of(block.text):
        assert words[0] in CHECKS, f"{block.name}: no check for {words[0]}"
        CHECKS[words[0]](words)


@pytest.mark.parametrize(
    "line",
    [
        "make tset",
        "docker run -e AFTERGLOW_NOTHING=1 afterglow",
        "docker run --rm afterglov",
        "docker run -v $PWD/nowhere:/x afterglow",
        "docker compose -f docker/compose.yaml up --scale nothing=2",
        "kubectl apply -k docker",
        "cat a b > afterglow.pem",
    ],
)
def test_a_wrong_line_is_found(line: str) -> None:
    words = next(commands_of(line))

    with pytest.raises((AssertionError, ValueError)):
        CHECKS[words[0]](words)


# What stands by itself.


class Attributes(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@named("html")
def test_a_frame_shows_what_the_service_serves(block: Block, client: Client) -> None:
    parser = Attributes()
    parser.feed(block.text)

    assert parser.found
    for tag, attributes in parser.found:
        assert tag == "iframe"
        assert attributes["title"]
        path = str(attributes["src"]).removeprefix("https://afterglow.example")
        assert client.get(path).headers["content-type"].startswith("text/html")


@named("tree")
def test_a_tree_shows_what_is_there(block: Block) -> None:
    around: list[tuple[int, str]] = []
    for line in block.text.splitlines():
        depth = len(line) - len(line.lstrip())
        around = [(other, name) for other, name in around if other < depth]
        names = re.split(r" {2,}", line.strip())
        paths = [name for name in names if re.fullmatch(r"[\w.-]+(/[\w.-]*)*", name) and ("/" in name or "." in name)]
        assert paths, line
        for path in paths:
            assert ROOT.joinpath(*(name for _, name in around), path).exists(), path
        around.append((depth, paths[0]))


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    return load_guidance()


@named("yaml")
def test_yaml_is_taken_by_whoever_reads_it(block: Block, guidance: Guidance, client: Client, tmp_path: Path) -> None:
    shown = yaml.safe_load(block.text)

    if isinstance(shown, list):
        check_records(shown)
    elif "groups" in shown:
        check_alerts(shown, client.get("/metrics").text)
    else:
        (tmp_path / "your_clinic.yaml").write_text(block.text, "utf-8")
        assert set(load_protocols(tmp_path, guidance)) == {"your_clinic"}


def check_records(shown: Sequence[dict[str, Any]]) -> None:
    """Every record that is shown is one of the content, or a case of the tests, in part."""
    files = [*CONTENT.glob("*.yaml"), ROOT / "tests/cases/eligibility.yaml", ROOT / "tests/cases/triage.yaml"]
    records = [each for file in files for each in as_list(yaml.safe_load(file.read_text("utf-8")))]
    for record in shown:
        key = "id" if "id" in record else "name"
        assert any(is_shown_in(record, real) for real in records if real.get(key) == record[key]), record[key]


def as_list(content: Any) -> list[dict[str, Any]]:
    return [each for each in content if isinstance(each, dict)] if isinstance(content, list) else []


def check_alerts(shown: dict[str, Any], metrics: str) -> None:
    """Every alert asks for metrics that there are, and says what to do."""
    names = set(re.findall(r"^# TYPE (\w+)", metrics, re.MULTILINE))
    names |= {f"{name}_bucket" for name in names}
    for rule in (rule for group in shown["groups"] for rule in group["rules"]):
        asked = set(re.findall(r"\b(?:afterglow|process)_\w+", rule["expr"]))
        assert asked <= names or rule["expr"].startswith("up{"), rule["alert"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert rule["annotations"]["summary"]
