"""The guidance as it is before anything has been learned of it."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from service.guidance.guidance import Guidance
from service.guidance.linear_model import LinearModel
from service.guidance.load import CONTENT, load_guidance
from service.guidance.window_model import Windows, write_windows

LEARNED = CONTENT / "learned"
WORDS = LEARNED / "words.txt"
FAQ_MODEL, SIGN_MODEL, DETAIL_MODEL, WINDOW_MODEL = (
    LEARNED / f"{name}.model" for name in ("faq", "signs", "details", "windows")
)

NO_WINDOWS = Windows((), 0, 0, [], [], [], [], [], 0, [], (), 1.0)


def untrained_guidance() -> Guidance:
    """Load the guidance with models that know nothing, so that they can be trained on content that they do not fit."""
    with TemporaryDirectory() as folder:
        copy = Path(copytree(CONTENT, Path(folder) / "content"))
        (copy / "learned").mkdir(exist_ok=True)
        (copy / "learned" / WORDS.name).touch()
        facts = {"confidence": {}, "closeness": (0.0, 0.0), "thresholds": {}}
        for model in (FAQ_MODEL, SIGN_MODEL, DETAIL_MODEL):
            LinearModel([], [], [0, 0], [], [], 1.0, facts).write(copy / "learned" / model.name)
        write_windows(NO_WINDOWS, copy / "learned" / WINDOW_MODEL.name)
        return load_guidance(copy)
