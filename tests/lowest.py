"""Install the lowest versions that ``pyproject.toml`` allows, apart from all else, and run the tests of the API."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

UV = str(Path(sys.executable).with_name("uv"))
TESTS = ["tests/api", "tests/server/test_boundary.py", "tests/server/test_framing.py", "tests/server/test_metrics.py"]
WITH = ["coverage", "hypothesis", "httpx", "opentelemetry-sdk", "pytest"]


def main() -> int:
    """Return 0 if they pass."""
    with tempfile.TemporaryDirectory() as folder:
        place, wanted = Path(folder, "env"), Path(folder, "lowest.txt")
        compiled = [UV, "pip", "compile", "--quiet", "--resolution", "lowest-direct", "--python", sys.executable]
        run([*compiled, "--output-file", str(wanted), "pyproject.toml"])
        run([UV, "venv", "--quiet", "--python", sys.executable, str(place)])
        python = str(place / "bin" / "python")
        install = [UV, "pip", "install", "--quiet", "--python", python]
        run([*install, "--requirement", str(wanted), "hatchling", *locked(WITH)])
        run([*install, "--no-deps", "--no-build-isolation", "--editable", "."])
        shown = [line for line in wanted.read_text("utf-8").splitlines() if line and not line.lstrip().startswith("#")]
        print("\n".join(shown), flush=True)
        return subprocess.run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS], check=False).returncode


def locked(names: list[str]) -> list[str]:
    """Return what the lock says of the tools that test."""
    lines = Path("tests/requirements.txt").read_text("utf-8").splitlines()
    return [line.split()[0] for line in lines if line.split("==")[0] in names]


def run(command: list[str]) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
