"""Keeps TensorFlow, and the messaging SDKs of channels we do not mount, out of the serving process.

Rasa imports them even when no component uses them: 10 of 14 CPU seconds at start, and 300 MB. The
stand-ins accept to be
imported, subclassed and used as decorators or annotations, and refuse any real use. Training does not
install them.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from abc import ABCMeta
from types import ModuleType
from typing import Any

ABSENT = frozenset(
    {
        "tensorflow",
        "tensorflow_hub",
        "tensorflow_text",
        "tensorflow_addons",
        "keras",
        "jax",
        "jaxlib",
        "tensorboard",
        "matplotlib",
        "aiogram",
        "twilio",
        "slack_sdk",
        "mattermostwrapper",
        "rocketchat_API",
        "fbmessenger",
        "webexteamssdk",
        "socketio",
        "questionary",
        "sklearn",
    }
)


class _InertType(ABCMeta):
    """Any attribute of a stand-in is a stand-in; calling one on a function or class returns it
    (decorators)."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        if cls is not Inert:
            raise RuntimeError(f"{cls.__name__} needs TensorFlow or an SDK, which this process does not load")
        if len(arguments) == 1 and not options and callable(arguments[0]):
            return arguments[0]
        return Inert

    def __getitem__(cls, item: Any) -> Any:
        return cls


class Inert(metaclass=_InertType):
    """Stands for everything inside an absent package."""


class _InertModule(ModuleType):
    __path__: list[str] = []
    __version__ = "0.0.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] in ABSENT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """Put the stand-ins first. Does nothing when TensorFlow is already imported."""
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _Finder())
