"""
The clients are compiled and run against the service, and the page about them is done as it says. ``make test-clients``.

Needs the clients in ``clients/``, Node and Java, and the registries of npm and PyPI.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from service.api.document import operations_of
from tests.clients.recipes import BLOCKS, ROOT, Block, blocks_in, blocks_of, shell
from tests.server.running import Service, running_service

CLIENTS = ROOT / "clients"
DOCUMENT: Mapping[str, Any] = json.loads((ROOT / "openapi" / "openapi.json").read_text("utf-8"))
SCHEMAS: Mapping[str, Any] = DOCUMENT["components"]["schemas"]
OPERATIONS = sorted(operation["operationId"] for _, _, operation in operations_of(DOCUMENT))
MODELS = {name for name, schema in SCHEMAS.items() if schema["type"] == "object" or "enum" in schema}
"""What becomes a type of its own: objects and closed lists. An open list of codes is a string."""
KOTLIN = CLIENTS / "kotlin" / "src" / "main" / "kotlin" / "afterglow" / "client"
SWIFT = CLIENTS / "swift" / "Sources" / "AfterglowClient"
DART = CLIENTS / "dart" / "lib"
KOTLIN_COMPILER = ROOT / "tests" / "clients" / "node_modules" / "kotlin-compiler"
NEEDS_NO_HTTP = ["ApiAbstractions", "ApiResponse", "Errors", "PartConfig", "RequestConfig", "RequestMethod"]
SWIFT_TYPES = {"Bool", "Date", "Double", "Int", "Int64", "String"}
DART_TYPES = {"DateTime", "List", "Map", "String", "bool", "double", "int"}
CONSTANTS = {"swift": {"Status"}, "dart": {"HealthStatusEnum"}}
"""The one word that a health check answers is a type inside its model."""
PATIENCE_SECONDS = 900


def done(command: list[str | Path], cwd: Path, **environment: str) -> str:
    """Run a command that has to succeed, and return what it printed."""
    run = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def in_shell(text: str, cwd: Path) -> str:
    """Run shell commands as they are written, with our Python as ``python3``."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return done(["bash", "-euo", "pipefail", "-c", text], cwd, PATH=path)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(log_level="warning") as running:
        yield running


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with room beside it, and the clients in it."""
    clone = tmp_path_factory.mktemp("beside") / "clone"
    (clone / "clients").mkdir(parents=True)
    for archive in CLIENTS.glob("*.tgz"):
        shutil.copy(archive, clone / "clients")
    shutil.copytree(CLIENTS / "python", clone / "clients" / "python")
    return clone


@pytest.fixture(scope="module")
def project(clone: Path) -> Path:
    """A project for TypeScript, set up as the page says."""
    in_shell(shell("mkdir ../first-call").text, clone)
    return clone.parent / "first-call"


@pytest.fixture(scope="module")
def python_project(clone: Path) -> Path:
    """A project for Python, set up as the page says."""
    in_shell(shell("mkdir ../first-python").text, clone)
    return clone.parent / "first-python"


def test_every_block_of_the_page_is_run_here() -> None:
    assert {block.language for block in BLOCKS} == {"sh", "ts", "python", "kotlin"}
    assert all(block.printed for block in BLOCKS if block.language in ("ts", "python"))
    assert len(blocks_in("sh")) == 8


@pytest.mark.parametrize("block", blocks_in("ts"), ids=lambda block: block.name)
def test_typescript_compiles_and_prints_what_the_page_says(block: Block, project: Path, service: Service) -> None:
    (project / block.name).write_text(block.against(service.url), "utf-8")
    command = shell("npx tsc").text.replace("first.", f"{block.name.partition('.')[0]}.")

    assert in_shell(command, project) == block.printed


@pytest.mark.parametrize(
    "wrong",
    [
        '{ session: { at: "2026-11-22", setting: "salon" }, treatments: [] }',
        '{ session: { at: "2026-11-22", setting: "home" }, treatments: [], condtions: [] }',
        "{ treatments: [] }",
    ],
    ids=["a code that there is not", "a misspelt member", "a missing member"],
)
def test_typescript_that_is_wrong_does_not_compile(wrong: str, project: Path) -> None:
    text = f"""import {{ createClient }} from "afterglow-client";
await createClient({{ baseUrl: "" }}).POST("/v1/eligibility", {{ body: {wrong} }});
"""
    (project / "refused.mts").write_text(text, "utf-8")
    command = ["npx", "tsc", "--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "refused.mts"]

    run = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)

    assert run.returncode != 0
    assert re.search(r"^refused\.mts\S+ error TS(2322|2353|2561|2741|2820):", run.stdout, re.MULTILINE), run.stdout


def test_a_busy_service_is_asked_again_and_a_slow_one_given_up(project: Path) -> None:
    shutil.copy(ROOT / "tests" / "clients" / "persistence.mjs", project)

    printed = done(["node", "persistence.mjs"], project)

    assert json.loads(printed) == {
        "after two refusals": [200, 3],
        "after too many": [503, 3],
        "a fault of ours": [500, 1],
        "too slow": ["TimeoutError", 2],
        "a stream that is refused": "ProblemError",
        "a key": "Bearer mine",
    }


@pytest.mark.parametrize("block", blocks_in("python"), ids=lambda block: block.name)
def test_python_has_types_and_prints_what_the_page_says(block: Block, python_project: Path, service: Service) -> None:
    (python_project / block.name).write_text(block.against(service.url), "utf-8")
    python = python_project / ".venv" / "bin" / "python"

    done([sys.executable, "-m", "mypy", "--strict", "--python-executable", python, block.name], python_project)

    assert done([python, block.name], python_project) == block.printed


def test_the_python_client_has_types_throughout(python_project: Path) -> None:
    python = python_project / ".venv" / "bin" / "python"
    client = CLIENTS / "python" / "afterglow_client"

    done([sys.executable, "-m", "mypy", "--strict", "--python-executable", python, client], python_project)


def test_kotlin_compiles(tmp_path: Path) -> None:
    (block,) = blocks_in("kotlin")
    (tmp_path / "Ask.kt").write_text(block.text, "utf-8")
    sources = [
        KOTLIN / "models",
        KOTLIN / "apis",
        *(KOTLIN / "infrastructure" / f"{name}.kt" for name in NEEDS_NO_HTTP),
    ]
    jars = os.pathsep.join(str(jar) for jar in sorted((KOTLIN_COMPILER / "lib").glob("*.jar")))
    compiler: list[str | Path] = ["java", "-cp", jars, "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"]
    options: list[str | Path] = ["-kotlin-home", KOTLIN_COMPILER, "-no-reflect", "-d", tmp_path / "classes"]

    done([*compiler, *options, *sources, ROOT / "tests" / "clients" / "kotlin", tmp_path / "Ask.kt"], tmp_path)

    compiled = {path.stem for path in (tmp_path / "classes" / "afterglow" / "client" / "models").glob("*.class")}
    assert compiled >= MODELS


@pytest.mark.parametrize(
    ("folder", "suffix"), [(KOTLIN / "models", "kt"), (SWIFT / "Models", "swift"), (DART / "model", "dart")]
)
def test_there_is_one_model_for_each_schema_and_no_other(folder: Path, suffix: str) -> None:
    """An ``InlineObject`` or ``Status1`` would be one too many."""
    stems = [path.stem for path in folder.glob(f"*.{suffix}")]
    named = {stem if suffix != "dart" else stem.title().replace("_", "") for stem in stems}

    assert named == MODELS


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        (KOTLIN / "apis", r"^    fun (\w+)\("),
        (SWIFT / "APIs", r"^    open class func (\w+)\("),
        (DART / "api", r"^  Future<\S+\?> (\w+)\("),
    ],
    ids=["kotlin", "swift", "dart"],
)
def test_there_is_one_method_for_each_operation(folder: Path, pattern: str) -> None:
    """One that is described twice would get a number behind its name."""
    text = "\n".join(path.read_text("utf-8") for path in folder.iterdir())
    found = re.findall(pattern, text, re.MULTILINE)

    assert (
        sorted(name for name in found if not name.endswith(("WithHttpInfo", "RequestConfig", "WithRequestBuilder")))
        == OPERATIONS
    )


@pytest.mark.parametrize(
    ("language", "folder", "pattern", "own"),
    [
        ("swift", SWIFT / "Models", r"^    public var \w+: ([^\n={]+)", SWIFT_TYPES),
        ("dart", DART / "model", r"^  (?!static )(?:final )?([A-Za-z][\w<>, ]*\??) \w+;", DART_TYPES),
    ],
    ids=["swift", "dart"],
)
def test_every_member_has_a_type_that_exists(language: str, folder: Path, pattern: str, own: set[str]) -> None:
    """None is of any type, and none is of a type that was not made."""
    members = 0
    for path in folder.iterdir():
        for type_ in re.findall(pattern, path.read_text("utf-8"), re.MULTILINE):
            members += 1
            assert set(re.findall(r"\w+", type_)) <= MODELS | own | CONSTANTS[language], path.name

    assert members >= sum(len(schema.get("properties", ())) for schema in SCHEMAS.values())


@pytest.mark.parametrize("language", ["swift", "dart"])
def test_the_call_that_the_page_names_is_there(language: str) -> None:
    path = {"swift": SWIFT / "APIs" / "EligibilityAPI.swift", "dart": DART / "api" / "eligibility_api.dart"}[language]
    text = path.read_text("utf-8")

    assert f"class {'EligibilityAPI' if language == 'swift' else 'EligibilityApi'}" in text
    assert "checkEligibility(" in text


def test_query_is_answered(service: Service, tmp_path: Path) -> None:
    printed = in_shell(shell("curl -s -X QUERY").against(service.url), tmp_path)

    assert json.loads(printed)["answered"] is True


def test_lines_are_answered(service: Service, tmp_path: Path) -> None:
    (line,) = in_shell(shell("printf").against(service.url), tmp_path).splitlines()

    assert json.loads(line)["id"] == "a"
    assert json.loads(line)["answer"]["decision"] == "eligible_with_care"


def test_what_is_current_is_not_sent_again(service: Service, tmp_path: Path) -> None:
    assert in_shell(shell("etag=").against(service.url), tmp_path) == "304\n"


def test_the_commands_that_make_clients_are_those_of_the_makefile() -> None:
    made = [block.text for block in blocks_in("sh") if block.text.startswith("make")]
    languages = re.findall(r"LANGUAGES=\"?([a-z ]+?)\"?(?:\s|$)", "".join(made))

    assert len(made) == 2
    assert {name for each in languages for name in each.split()} <= {path.name for path in CLIENTS.iterdir()}


def test_the_first_call_of_the_readme_says_what_it_says(project: Path, service: Service) -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    (program,) = (block for block in blocks_of(page) if block.language == "ts")
    said = re.search(r"and run it; it says `([^`]+)`", page)
    (project / program.name).write_text(program.against(service.url), "utf-8")

    assert said
    assert in_shell(shell("npx tsc").text, project) == f"{said[1]}\n"
