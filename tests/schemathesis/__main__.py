"""Start the service, and let Schemathesis look for answers that the description does not allow."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.server.running import running_service

CASES_AT_LEAST = 2000
EXAMPLES = 60
COMMAND = [
    *[str(Path(sys.executable).with_name("schemathesis")), "--config-file", "tests/schemathesis/schemathesis.toml"],
    *["run", "openapi/openapi.json", "--max-examples", str(EXAMPLES), "--continue-on-failure", "--warnings", "off"],
    *["--phases", "examples,coverage,fuzzing,stateful", "--generation-database", "none"],
]


def main() -> int:
    """Return 0 if there was no failure in at least so many cases."""
    with tempfile.TemporaryFile("w+") as log, running_service(log) as service:
        command = [*COMMAND, "--url", service.url, *sys.argv[1:]]
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout)
    generated = re.search(r"(\d+) generated", done.stdout)
    count = int(generated[1]) if generated else 0
    if count < CASES_AT_LEAST:
        print(f"Only {count} cases; {CASES_AT_LEAST} are wanted.")
        return 1
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
