"""The launcher's errors: each message is a French sentence that says what is wrong and the remedy."""

from __future__ import annotations


class LauncherError(Exception):
    """Something stops the launcher; the message is meant for the person who typed the command."""


class MissingTool(LauncherError):
    """A program that cannot be installed from here is absent."""


class NotEnoughSpace(LauncherError):
    """The disk cannot hold what must be installed."""


class PortInUse(LauncherError):
    """Another program listens where one of ours must."""


class AlreadyRunning(LauncherError):
    """An instance already runs on this folder."""


class StepFailed(LauncherError):
    """A command of the preparation failed; the message ends with its last lines."""


class ChildFailed(LauncherError):
    """A supervised process never became ready."""


class Interrupted(LauncherError):
    """The person asked to stop while the preparation was going on."""
