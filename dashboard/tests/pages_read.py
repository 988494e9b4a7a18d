"""Reads components as a person would."""

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def parts(tree: Any) -> Iterator[Component]:
    """A tree's components, outer ones first."""
    if isinstance(tree, Component):
        yield tree
        yield from parts(getattr(tree, "children", None))
    elif isinstance(tree, list | tuple):
        for child in tree:
            yield from parts(child)


def text(tree: Any) -> str:
    """What it says, without what only repeats it for the eye."""
    if isinstance(tree, Component):
        shown = {"aria-hidden": "true"}.items() <= tree.to_plotly_json()["props"].items()
        return "" if shown else text(getattr(tree, "children", None))
    if isinstance(tree, list | tuple):
        return " ".join(filter(None, map(text, tree)))
    return "" if tree is None else str(tree)


def rows(tree: Any) -> list[list[str]]:
    """Cells of all tables of a tree, heads too."""
    found = (part for part in parts(tree) if type(part).__name__ == "Tr")
    return [[text(cell) for cell in row.children] for row in found]


def links(tree: Any) -> dict[str, str]:
    """Addresses by the text of their link."""
    return {text(part): part.href for part in parts(tree) if type(part).__name__ == "A"}
