"""Rasa without TensorFlow: nothing of the pipeline uses it, and importing it takes seconds.

Rasa imports it for components that we do not have. Where it is asked for, stand-ins are given that
can be named and derived from, so that those modules import; using one is an error.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Optional, Sequence, Text

LEFT_OUT = ("tensorflow", "tensorflow_addons", "keras")


class _StandInClass(type):
    def __getattr__(cls, name: Text) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn


class StandIn(metaclass=_StandInClass):
    """Something of TensorFlow's: a class to derive from, a decorator, a type."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._given = args

    def __call__(self, decorated: Any) -> Any:
        return decorated

    def __class_getitem__(cls, item: Any) -> Any:
        return cls


class _EmptyModule(ModuleType):
    __path__: Sequence[Text] = ()
    __version__ = "0"

    def __getattr__(self, name: Text) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn


class _LeavesOut(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: Text, path: Optional[Sequence[Text]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if fullname.split(".")[0] in LEFT_OUT:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def leave_out() -> None:
    """From now on, importing TensorFlow gives stand-ins; must come before Rasa is imported."""
    if "tensorflow" not in sys.modules and not any(
        isinstance(finder, _LeavesOut) for finder in sys.meta_path
    ):
        sys.meta_path.insert(0, _LeavesOut())
