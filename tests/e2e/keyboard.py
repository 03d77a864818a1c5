"""Hands that never touch a mouse, and eyes that always see where the focus is."""

from typing import Any

from playwright.sync_api import Locator, Page

_NO_MOUSE = """() => {
  window.mouseEvents = 0;
  for (const kind of ["pointerdown", "mousedown", "touchstart"]) {
    addEventListener(kind, () => (window.mouseEvents += 1), true);
  }
}"""
# The element in focus, and how one can tell: its outline or its own mark, and whether it is really in sight.
_FOCUS = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  if (!node || node === document.body) return null;
  // The State's design system outlines some links by their enlarged area.
  const styles = [null, "::before", "::after"].map((part) => getComputedStyle(node, part));
  const box = (node.closest("label") ?? node).getBoundingClientRect();
  // The middle of what the window shows of it: a long region is seen when a part of it is.
  const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  let top = document.elementFromPoint(x, y);
  while (top?.shadowRoot) {
    const inner = top.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === top) break;
    top = inner;
  }
  const label = node.closest("label") ?? node;
  return {
    name: (node.getAttribute("aria-label") || node.textContent || node.localName).trim().slice(0, 60),
    outlined: styles.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1),
    placed: node.getAttribute("tabindex") === "-1",
    covered: !top || !(label.contains(top) || top.contains(label)),
  };
}"""
_IS_FOCUSED = """(node) => {
  const root = node.getRootNode();
  return root.activeElement === node;
}"""
_FURTHEST = 80


class Keyboard:
    """Goes through one page by keys alone; notes each stop where the focus could not be seen."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.unseen: list[str] = []
        self._before = "the top of the page"
        page.evaluate(_NO_MOUSE)

    def press(self, key: str) -> None:
        """Press a key."""
        self._page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write where the focus is."""
        self._page.keyboard.type(text)

    def go_to(self, target: Locator, key: str = "Tab") -> None:
        """Press Tab, or another key, until the focus is there, and look at each stop."""
        target.wait_for()
        stops = []
        for _ in range(_FURTHEST):
            if target.evaluate(_IS_FOCUSED):
                return
            self.press(key)
            stops.append(self.look())
        raise AssertionError(f"never reached {target}: {stops}")

    def activate(self, target: Locator, key: str = "Tab") -> None:
        """Go there, and press Enter."""
        self.go_to(target, key)
        self.press("Enter")

    def look(self) -> str:
        """Return what has the focus; note it when that cannot be seen."""
        seen: dict[str, Any] | None = self._page.evaluate(_FOCUS)
        if seen is None:
            self.unseen.append(f"focus lost after: {self._before}")
            return "focus lost"
        if seen["covered"]:
            self.unseen.append(f"covered: {seen['name']}")
        if not seen["outlined"] and not seen["placed"]:
            self.unseen.append(f"no outline: {seen['name']}")
        self._before = str(seen["name"])
        return self._before

    @property
    def mouse_events(self) -> int:
        """How many times a pointer was used."""
        return int(self._page.evaluate("() => window.mouseEvents"))
