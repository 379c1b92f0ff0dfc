"""Settings as controls: what the forms of all tasks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as w

from qtkit.panels.parts.quiet import Quiet
from qtkit.panels.parts.widgets import add_classes, field, menu, row, set_trait
from qtkit.panels.training.presets import MODEL_MENU, Presets
from qtkit.tasks.settings import RunSettings

OWN = "your own"
"""In the menu of presets: none of them."""

MODEL_TOOLTIPS = {
    "structural_init": "the weights w at the start: all 1/N, or random",
    "angle_init": "the angles Θ at the start: 0.01 × normal, or uniform in (-π, π)",
    "shared_angles": "one Θ for all circuits (eq. 7), or one each (eq. 6)",
    "probability": "what the mapping sees: the probability P, tanh of it, or 2ⁿP − 1 (scaled)",
    "bits": "basis states as 0/1 or as -1/+1",
    "mapping_scale": "the mapping's start, times this",
    "centre": "subtract the mean of the generated weights",
}
"""Of the settings that all models have and seldom change."""

WEIGHT_TOOLTIPS = {
    "temperature": "of the softmax: low, the largest weight has nearly all; raw weights have none",
    "mixture_entropy": "times the mixture's entropy is added to the loss: above 0 it makes up its mind",
    "straight_through": "with Gumbel noise: one circuit alone in each step",
}
"""Of the settings that weights have which are a distribution."""

TRAIN_ANGLES_TOOLTIP = "whether the circuits learn, or keep the angles they start with"


class SettingsForm(w.VBox):
    """Controls for a dataclass of settings.

    Arguments:
        presets: what `"preset"`, one of the first controls, offers.
        first: the controls that are always seen, by the settings' names.
        more: names of settings, folded away, to what each means.
        default: the settings' defaults.
        on_change: called with the name and the value of what the user changed.
        shown: the widgets of the first row, if they are not just the first controls.
    """

    def __init__(
        self,
        presets: Presets[Any],
        first: Mapping[str, w.DOMWidget],
        more: Mapping[str, str],
        default: RunSettings,
        on_change: Callable[[str, Any], None],
        shown: Sequence[w.Widget] | None = None,
    ) -> None:
        self._presets, self._on_change, self._quiet = presets, on_change, Quiet()
        self.controls: dict[str, w.DOMWidget] = dict(first)
        for name, tooltip in (*more.items(), *WEIGHT_TOOLTIPS.items()):
            control = setting_control(getattr(default, name), default.choices.get(name))
            self.controls[name] = field(control, name.replace("_", " "), tooltip, "150px")
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._changed(name, change["new"]), "value")
        rows = [row([self.controls[name] for name in names], "qtkit-fields") for names in (more, WEIGHT_TOOLTIPS)]
        folded = w.Accordion(rows, selected_index=None)
        folded.set_title(0, "More settings: choices the paper leaves open")
        folded.set_title(1, "Weights w: softmax and Gumbel noise")
        shown = list(first.values()) if shown is None else shown
        super().__init__([row(shown, "qtkit-fields"), add_classes(folded, "qtkit-more")])

    def place(self, values: Mapping[str, Any], *, locked: bool) -> None:
        """Set controls by name without telling `on_change`."""
        with self._quiet.setting():
            for name, value in values.items():
                control = self.controls[name]
                if isinstance(control, w.Dropdown) and value not in _values(control):
                    pairs = isinstance(control.options[0], tuple)
                    control.options = [*control.options, (self._text(name, value), value) if pairs else value]
                if isinstance(control, w.BoundedIntText):  # a field shows what is used, also beyond its usual bounds
                    set_trait(control, min=min(control.min, value), max=max(control.max, value))
                set_trait(control, value=value, disabled=locked)

    def values_of(self, settings: RunSettings) -> dict[str, Any]:
        """What the controls that stand for one setting each show, and the menu of presets."""
        values = {name: getattr(settings, name) for name in self.controls if hasattr(settings, name)}
        return values | {"preset": self._presets.of(settings) or OWN}

    def _text(self, name: str, value: Any) -> str:  # noqa: ARG002
        """A value that is not in its menu, in words."""
        return str(value)

    def _read(self, name: str, value: Any) -> Any:  # noqa: ARG002
        """What a control's value means."""
        return value

    def _changed(self, name: str, value: Any) -> None:
        if not self._quiet.here:
            self._on_change(name, self._read(name, value))


def preset_field(presets: Presets[Any], tooltip: str) -> w.DOMWidget:
    """The menu of presets."""
    return field(menu([*presets.table, OWN], OWN), "preset", tooltip, "220px")


def model_fields(default: RunSettings, optimiser: str, seed: str) -> dict[str, w.DOMWidget]:
    """The controls that every first row has: model, depth, learning rate, weighting and seed.

    Arguments:
        optimiser: its name.
        seed: what the seed decides.
    """
    weighting = menu(default.choices["weighting"], default.weighting)
    return {
        "model": field(menu(MODEL_MENU, default.model), "model", "what generates the weights", "178px"),
        "depth": field(w.BoundedIntText(default.depth, min=0, max=200), "depth", "layers of each circuit, L", "70px"),
        "learning_rate": field(w.FloatText(default.learning_rate), "learning rate", f"{optimiser}'s step size", "92px"),
        "weighting": field(weighting, "weights w", "raw (paper), softmax or Gumbel", "88px"),
        "seed": field(w.BoundedIntText(default.seed, min=0, max=2**31 - 1), "seed", seed, "80px"),
    }


def setting_control(default: Any, choices: Sequence[str] | None) -> w.DOMWidget:
    """A control that fits the kind of value."""
    if choices:
        return menu(choices, default)
    if isinstance(default, bool):
        return menu([("yes", True), ("no", False)], default)
    if isinstance(default, int):
        return w.BoundedIntText(default, min=1, max=10_000)
    return w.FloatText(default)


def _values(control: w.Dropdown) -> list[Any]:
    return [option[1] if isinstance(option, tuple) else option for option in control.options]
