"""Screenshots of each step, to be looked at: `var/captures/e2e/`, out of the repository."""

from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[2] / "var" / "captures" / "e2e"


class Captures:
    """Numbered pictures of one tour."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._count = 0
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob(f"{width:04d}-*.png"):
            old.unlink()

    def take(self, page: Page, step: str) -> None:
        """Take one, once what moves has stopped."""
        self._count += 1
        path = FOLDER / f"{self._width:04d}-{self._count:02d}-{step}.png"
        page.screenshot(path=path, animations="disabled")
