"""The service's own sentences, read from `connaissances/messages.yml`: none is written in code."""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences by key, each with a standard wording and, where it helps, a simple and a spoken one."""

    wordings: dict[str, dict[str, str]]

    @classmethod
    def load(cls, path: Path) -> "Texts":
        """Read the file.

        Raises:
            ValueError: an entry has no standard wording.
        """
        wordings = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key, entry in wordings.items():
            if not isinstance(entry, dict) or not entry.get("standard"):
                raise ValueError(f"{path.name} : « {key} » n'a pas de texte standard")
        return cls(wordings)

    def __call__(self, key: str, *, langage: str = "standard", canal: str = "web", **values: object) -> str:
        """Return the sentence for this person, its placeholders filled."""
        entry = self.wordings[key]
        wanted = ("oral", "simple", "standard") if canal == "phone" else (langage, "standard")
        text = next(entry[w] for w in wanted if entry.get(w))
        return text.strip().format(**values)
