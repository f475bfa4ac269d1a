"""
Make the clients from ``openapi/openapi.json``, each anew in ``clients/``. ``make clients``.

Nothing in ``clients/`` is edited by hand, and nothing of it is kept in the repository.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "openapi" / "openapi.json"
CLIENTS = ROOT / "clients"
HERE = Path(__file__).parent
TOOLS = HERE / "node_modules" / ".bin"
PYTHON_TOOLS = Path(sys.executable).parent
NODE_AT_LEAST, JAVA_AT_LEAST = 20, 11
TYPES = ["--default-non-nullable=false", "--root-types", "--root-types-no-schema-prefix", "--root-types-keep-casing"]
"""What has a default may be left out; types are exported by their names alone."""
COMPILED = ["--strict", "--target", "es2022", "--module", "nodenext", "--declaration"]
WITHOUT_TESTS = "apiTests=false,modelTests=false"
GENERATORS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "kotlin": (
        "kotlin",
        {"packageName": "afterglow.client", "groupId": "afterglow", "artifactId": "afterglow-client"},
    ),
    "swift": ("swift6", {"projectName": "AfterglowClient"}),
    "dart": ("dart", {"pubName": "afterglow_client", "pubLibrary": "afterglow_client"}),
}
VERSION_NAMES = {"kotlin": "artifactVersion", "swift": "podVersion", "dart": "pubVersion"}
EXPECTED_WARNINGS = (
    "OpenAPI 3.1 support is still in beta",
    "Failed to get the schema name: null",  # of a stream of lines, which has none
    "TimeZone (reserved word) cannot be used as model name",  # a parameter; no model is named after it
    "POST /v1/eligibility/batch within eligibility.\n\nUnsupported content type application/x-ndjson",
)
"""What the generators say of a document that they read whole."""


class Failure(Exception):
    """What could not be made, in a sentence."""


def main(languages: Sequence[str]) -> int:
    """Make the clients of *languages*, all five where none is named."""
    try:
        makers = [(language, maker_of(language)) for language in languages or MAKERS]
        version = json.loads(DOCUMENT.read_text("utf-8"))["info"]["version"]
        for language, make in makers:
            folder = CLIENTS / language
            shutil.rmtree(folder, ignore_errors=True)
            make(folder, version)
            print(f"clients/{language}")
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def maker_of(language: str) -> Callable[[Path, str], None]:
    """Return what makes the client of a language, once its tools are known to be there."""
    if language not in MAKERS:
        raise Failure(f"No client is made for '{language}'; there are {', '.join(MAKERS)}.")
    if language == "typescript":
        require("node", NODE_AT_LEAST, "Node")
    if language in GENERATORS:
        require("java", JAVA_AT_LEAST, "Java")
    return MAKERS[language]


def require(command: str, at_least: int, name: str) -> None:
    """Refuse to go on without *command* of at least this version."""
    needed = f"This needs {name} {at_least} or newer"
    if not (path := shutil.which(command)):
        raise Failure(f"{needed}, and there is no '{command}' on the path.")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+", said)
    if not found or int(found[0]) < at_least:
        raise Failure(f"{needed}, and '{path}' is {said.splitlines()[0] if said else 'of no version'}.")


def make_typescript(folder: Path, version: str) -> None:
    """Make a package for npm: types, a client over openapi-fetch, and an archive that can be installed."""
    sources = folder / "src"
    shutil.copytree(HERE / "typescript", sources)
    (sources / "node_modules").symlink_to(HERE / "node_modules")
    run([TOOLS / "openapi-typescript", DOCUMENT, "--output", sources / "schema.ts", *TYPES])
    run([TOOLS / "tsc", *COMPILED, "--outDir", folder, sources / "index.ts"])
    description = json.loads((sources / "package.json").read_text("utf-8"))
    pinned = json.loads((HERE / "package.json").read_text("utf-8"))["devDependencies"]["openapi-fetch"]
    description |= {"version": version, "dependencies": {"openapi-fetch": pinned}}
    (folder / "package.json").write_text(json.dumps(description, indent=2) + "\n", "utf-8")
    shutil.rmtree(sources)
    run(["npm", "pack", "--silent", "--pack-destination", CLIENTS], cwd=folder)


def make_python(folder: Path, version: str) -> None:
    """Make a package for pip, over httpx."""
    settings = folder.parent / "python.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps({"project_name_override": "afterglow-client"}), "utf-8")
    tool = PYTHON_TOOLS / "openapi-python-client"
    said = run([tool, "generate", "--path", DOCUMENT, "--meta", "uv", "--config", settings, "--output-path", folder])
    settings.unlink()
    refuse_unless_expected(folder, re.findall(r"^(?:WARNING|ERROR) .*\n*.*", said, re.MULTILINE))


def make_by_generator(folder: Path, version: str) -> None:
    """Make a client by OpenAPI Generator."""
    generator, properties = GENERATORS[folder.name]
    given = {**properties, VERSION_NAMES[folder.name]: version, "hideGenerationTimestamp": "true"}
    command: list[str | Path] = [PYTHON_TOOLS / "openapi-generator-cli", "generate", "--generator-name", generator]
    command += ["--input-spec", DOCUMENT, "--output", folder, "--global-property", WITHOUT_TESTS]
    command += ["--additional-properties", ",".join(f"{name}={value}" for name, value in given.items())]
    said = run(command)
    refuse_unless_expected(folder, re.findall(r"^.*\b(?:WARN|ERROR)\b.*", said, re.MULTILINE))


def refuse_unless_expected(folder: Path, warnings: Sequence[str]) -> None:
    """Refuse a client with a warning that nobody has looked at."""
    new = [each for each in warnings if not any(known in each for known in EXPECTED_WARNINGS)]
    if new:
        raise Failure("\n".join([f"Of the document the generator of {folder.name} says:", *new]))


def run(command: Sequence[str | Path], cwd: Path = ROOT) -> str:
    """Run a tool, and return what it printed; if it fails, that is why."""
    path = os.pathsep.join([str(PYTHON_TOOLS), os.environ.get("PATH", os.defpath)])  # ruff formats the Python client
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise Failure(f"{Path(command[0]).name} failed:\n{done.stdout}")
    return done.stdout


MAKERS: Mapping[str, Callable[[Path, str], None]] = {
    "typescript": make_typescript,
    "python": make_python,
    **dict.fromkeys(GENERATORS, make_by_generator),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
