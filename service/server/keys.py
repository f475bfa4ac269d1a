"""API keys, where an operator wants them: who may ask, and nothing about who asked what."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

from service.api.headers import RawHeaders

_LINE = re.compile(r"([A-Za-z0-9._-]{1,64})[ \t]+([0-9a-f]{64})")
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
PREFIX = "ag_"


class BadKeys(ValueError):
    """A file of keys that cannot be used, with a line for each fault. No part of the file is repeated."""


class Keyring:
    """
    The keys of a file: on each line a name and the SHA-256 of a key; empty lines, and those with # first, are skipped.

    A fast hash is enough: a key is 256 random bits, and nobody guesses these, however fast.

    Raises:
        BadKeys: Also for a file without any key, which would shut everybody out.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._hashes: tuple[bytes, ...] = _read(file)

    def reload(self) -> None:
        """
        Read the file again. The keys stay as they are where it cannot be used.

        Raises:
            BadKeys: With what is wrong.
        """
        self._hashes = _read(self._file)

    def admits(self, headers: RawHeaders) -> bool:
        """Whether a request brings a known key. Every key is compared, in constant time, whichever fits."""
        given = [value for name, value in headers if name == b"authorization"]
        scheme, _, key = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
        if scheme.lower() != b"bearer":
            return False
        hashed = sha256(key.strip()).digest()
        return True in [compare_digest(hashed, known) for known in self._hashes]


def _read(file: Path) -> tuple[bytes, ...]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BadKeys(f"{file}: cannot be read. Cure: name a text file that the service may read") from None
    found: dict[str, bytes] = {}
    faults = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            faults.append(
                f"{file}:{number}: no name and SHA-256. Cure: write the line that `afterglow key NAME` prints"
            )
        elif match[1] in found:
            faults.append(f"{file}:{number}: a name that an earlier line has. Cure: give each key a name of its own")
        else:
            found[match[1]] = bytes.fromhex(match[2])
    if not found and not faults:
        faults.append(f"{file}: holds no key. Cure: add the line that `afterglow key NAME` prints")
    if faults:
        raise BadKeys("\n".join(faults))
    return tuple(found.values())


def new_key(name: str) -> tuple[str, str]:
    """Make a key; return it, and its line for the file."""
    key = PREFIX + secrets.token_urlsafe(32)
    return key, f"{name} {sha256(key.encode()).hexdigest()}"
