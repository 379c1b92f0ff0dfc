"""The search panel without its widgets: settings, runs, and what is shown of them."""

from __future__ import annotations

from qtkit.panels.search.presets import describe
from qtkit.panels.training.model import TrainingModel
from qtkit.panels.training.session import SettingsT, TrainingT
from qtkit.plots.generated import GeneratedWeights, generated_weights
from qtkit.plots.live.search import SearchPicture, SearchState
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.images.training import ImageTraining

SOURCES = {
    "auto": "the official images if a folder or an earlier download has them, else the sample in qtkit",
    "folder": "the folder named by data_dir or QTKIT_DATA",
    "download": "the official images, downloaded if need be",
    "sample": "the sample in qtkit, real images but few",
}
"""What each source means, before a run has said which data it found."""


class WeightsModel(TrainingModel[SettingsT, TrainingT, GeneratedWeights]):
    """A session of trainings whose generated weights are looked at: of images, or of a task of one's own."""

    kind_name = "search"
    panel = "SearchPanel"
    picture = SearchPicture

    def _look(self, training: TrainingT) -> GeneratedWeights:
        return generated_weights(training.model)


class SearchModel(WeightsModel[ImageSettings, ImageTraining]):
    """A session of image trainings."""

    preparing = "Preparing: reading the images, building the model, compiling the circuits (first time only) …"

    def state(self) -> SearchState:
        """What the figure shows now."""
        return SearchState(self.candidates, list(self.records), self.seen, self.expected, self.own)

    def describe(self, settings: ImageSettings) -> str:
        """Settings in a few words."""
        return describe(settings)

    def _describe_source(self) -> str:
        data = getattr(self.training, "data", None)
        if data is None:
            return f"Data: {SOURCES[self.settings.source]}."
        n_train, n_test = len(data.train_labels), len(data.test_labels)
        return f"Data: {data.source}; {n_train:,} images to train on, {n_test:,} to test on."
