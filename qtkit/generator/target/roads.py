"""Second roads to a network's parameters: what holds them beside the attributes under which they are registered.

`self.w = nn.Parameter(...); self.all = [self.w]` uses `self.all[0]` in `forward`; PennyLane's `TorchLayer` keeps its
weights in a dictionary. Generated parameters must reach such places too, or the network would compute with old ones in
silence. Lists, tuples, dictionaries and partial functions are followed (`find_roads`); whatever else holds a parameter
is refused by name (`refuse_hidden_roads`).
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

_OF_EVERY_MODULE = frozenset(vars(nn.Module()))
_OF_RECURRENT = frozenset({"_flat_weights", "_flat_weight_refs"})  # made anew at each call, see `flat_weights`
_PLAIN = (str, bytes, int, float, complex, bool, type(None), type, types.ModuleType)
_HOOKS = ("_forward_hooks", "_forward_pre_hooks")


@dataclass(frozen=True)
class _Name:
    """Stands for a parameter in a container."""

    name: str


@dataclass(frozen=True)
class Road:
    """An attribute of a module that holds parameters in containers.

    Attributes:
        module: the module's name, empty for the target itself.
        attribute: the attribute's name.
        template: what the attribute holds, with names in place of the parameters.
    """

    module: str
    attribute: str
    template: Any

    def fill(self, target: nn.Module, parameters: Mapping[str, Tensor]) -> None:
        """Put `parameters` where they belong in `target`, a copy of the network the road was found in."""
        filled = _replaced(self.template, lambda item: parameters[item.name] if isinstance(item, _Name) else item)
        vars(target.get_submodule(self.module))[self.attribute] = filled

    def clear(self, target: nn.Module) -> None:
        """Take them out again: nothing keeps the graph of a call alive."""
        vars(target.get_submodule(self.module))[self.attribute] = self.template


def find_roads(target: nn.Module, generated: Collection[str]) -> tuple[Road, ...]:
    """All attributes of `target` and its submodules that hold parameters in lists, tuples, dictionaries, partials.

    Arguments:
        generated: the first names of the parameters looked for.
    """
    names = {place: name for place, name in _parameter_names(target).items() if name in generated}
    roads = []
    for module_name, attribute, value in _own_attributes(target):
        template = _replaced(value, lambda item: _Name(names[id(item)]) if id(item) in names else item)
        if template is not value:
            roads.append(Road(module_name, attribute, template))
    return tuple(roads)


def refuse_hidden_roads(target: nn.Module, generated: Collection[str]) -> None:
    """An error if a parameter is held where generated ones cannot be put: in an object, a set, a function's closure.

    `generated`: as for `find_roads`.

    A function that a module keeps is not copied with it: one that knows the module would compute with the original.

    Raises:
        ValueError: naming the attribute, and the way out.
    """
    names = {place: name for place, name in _parameter_names(target).items() if name in generated}
    modules = {id(module): name for name, module in target.named_modules()}
    for module_name, attribute, value in (*_own_attributes(target), *_hooks(target)):
        for item, holder in held_items(value, known=modules):
            if id(item) in names and holder is not None:
                what = f"the parameter {names[id(item)]!r}"
            elif id(item) in modules and holder == "function":
                what = f"the module {modules[id(item)]!r}" if modules[id(item)] else "the network itself"
            else:
                continue
            place = f"{module_name}.{attribute}" if module_name else attribute
            raise ValueError(
                f"the target's {place!r} holds {what} in a {holder}, where generated weights cannot reach it: "
                "use the attribute it is registered under, a method, or a list, tuple or dictionary"
            )


def kept_activations(target: nn.Module) -> list[Tensor]:
    """The results of computations that modules keep, as `self.last = self.layer(x)` does."""
    modules = {id(module): name for name, module in target.named_modules()}
    return [
        item
        for _, _, value in _own_attributes(target)
        for item, _ in held_items(value, known=modules)
        if isinstance(item, Tensor) and not item.is_leaf
    ]


def _parameter_names(target: nn.Module) -> dict[int, str]:
    """Each parameter's first name, by its identity."""
    names: dict[int, str] = {}
    for name, parameter in target.named_parameters(remove_duplicate=False):
        names.setdefault(id(parameter), name)
    return names


def _own_attributes(target: nn.Module) -> Iterator[tuple[str, str, Any]]:
    for module_name, module in target.named_modules():
        skipped = _OF_EVERY_MODULE | (_OF_RECURRENT if isinstance(module, nn.RNNBase) else frozenset())
        for attribute, value in list(vars(module).items()):
            if attribute not in skipped:
                yield module_name, attribute, value


def _hooks(target: nn.Module) -> Iterator[tuple[str, str, Any]]:
    for module_name, module in target.named_modules():
        for attribute in _HOOKS:
            yield module_name, attribute, list(getattr(module, attribute).values())


def _replaced(value: Any, replace: Callable[[Any], Any]) -> Any:
    """`value` with the items of its containers, however deep, replaced; `value` itself if none was."""
    new = replace(value)
    if new is not value:
        return new
    if isinstance(value, dict):
        items = {key: _replaced(item, replace) for key, item in value.items()}
        if all(items[key] is item for key, item in value.items()):
            return value
        copied = value.copy()  # of its own kind, such as an OrderedDict
        copied.update(items)
        return copied
    if isinstance(value, list | tuple):
        parts = [_replaced(item, replace) for item in value]
        if all(new is old for new, old in zip(parts, value, strict=True)):
            return value
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, functools.partial):
        args, keywords = _replaced(value.args, replace), _replaced(value.keywords, replace)
        if args is value.args and keywords is value.keywords:
            return value
        return functools.partial(value.func, *args, **keywords)
    return value


def held_items(
    value: Any, *, known: Mapping[int, str], holder: str | None = None, deeper: int = 8, seen: set[int] | None = None
) -> Iterator[tuple[Any, str | None]]:
    """All that `value` holds, itself first, each with the kind of what holds it; None where `find_roads` follows.

    Arguments:
        known: identities of what is not looked into.
        deeper: how far objects are followed.
    """
    seen = set() if seen is None else seen
    if isinstance(value, _PLAIN) and not isinstance(value, Tensor):
        return
    yield value, holder
    if isinstance(value, Tensor) or id(value) in known or id(value) in seen or deeper == 0:
        return
    seen.add(id(value))
    inside: list[Any]
    if isinstance(value, dict):
        inside = list(value.values())
    elif isinstance(value, list | tuple):
        inside = list(value)
    elif isinstance(value, functools.partial):
        inside = [value.func, value.args, value.keywords]
    elif isinstance(value, types.FunctionType):
        inside, holder = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)], "function"
    elif isinstance(value, types.MethodType):
        return  # copied with what it belongs to
    elif isinstance(value, set | frozenset):
        inside, holder = list(value), "set"
    else:
        inside, holder = list(getattr(value, "__dict__", {}).values()), type(value).__name__
    for item in inside:
        yield from held_items(item, known=known, holder=holder, deeper=deeper - 1, seen=seen)


def _is_filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
