"""A package, so that ours is the one imported: textstat installs a top-level package of the same name."""
