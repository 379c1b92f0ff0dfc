"""Stored files as they come to be found: damage is told with its file, and nothing is read as something else.

A row of `ODD` is a folder that somebody, or something, left; the mutated files are more: whole, sealed and signed, and
still not as qtkit writes them.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qtkit.claims.figures import figure
from qtkit.runs import Store, StoredRun, results, run
from qtkit.runs.status import read_row, read_rows
from qtkit.runs.store.record_log import to_parquet
from qtkit.seals import seal
from qtkit.tasks.checkpoints import write_checkpoint
from tests.helpers import SHIPPED, after, values
from tests.runs.small import GRIDWORLD, IMAGES
from tests.runs.toy import ToySettings

FACTS, FINISHED, INDEX = "run.json", "finished.json", "checkpoint/checkpoint.json"

# --- odd folders ------------------------------------------------------------------------------------------------------


def over(source: str, target: str) -> Callable[[Path], None]:
    """One file copied over another."""
    return lambda folder: shutil.copy(folder / source, folder / target) and None


def rewritten(name: str, change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    """A sealed file, changed and sealed again."""

    def harm(folder: Path) -> None:
        value = json.loads((folder / name).read_text())
        change(value)
        write_sealed_again(folder / name, value)

    return harm


def written(name: str, content: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(content) and None


def made_a_folder(name: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return harm


def made_a_file(name: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        shutil.rmtree(folder / name)
        (folder / name).write_text("a file")

    return harm


def cut_short(pattern: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        (path,) = folder.glob(pattern)
        path.write_bytes(path.read_bytes()[:-10])

    return harm


def edited(name: str, before: str, now: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        text = (folder / name).read_text()
        assert before in text
        (folder / name).write_text(text.replace(before, now))

    return harm


def write_sealed_again(path: Path, value: dict[str, Any]) -> None:
    rest = {name: item for name, item in value.items() if name != "seal"}
    outside = {"tensors": rest.pop("tensors")} if path.name == "checkpoint.json" and "tensors" in rest else {}
    path.write_text(json.dumps({**seal(rest), **outside}))


ODD: dict[str, tuple[Callable[[Path], None], str]] = {
    "run.json as checkpoint": (over(FACTS, INDEX), r"checkpoint\.json is damaged: it does not name its tensors"),
    "run.json as mark": (over(FACTS, FINISHED), r"finished\.json is damaged: it is a file of the kind 'run'"),
    "a mark as run.json": (over(FINISHED, FACTS), r"run\.json is damaged: it is a file of the kind 'finished run'"),
    "a mark of before kinds as run.json": (
        lambda folder: (rewritten(FINISHED, lambda mark: mark.pop("kind"))(folder), over(FINISHED, FACTS)(folder))[0],
        r"run\.json is damaged: task is missing",
    ),
    "words for steps": (edited(INDEX, '"done": 6', '"done": "x"'), r"checkpoint\.json is damaged or was edited"),
    "more steps than there are": (
        rewritten(INDEX, lambda index: index["progress"].update(done=999_999)),
        r"checkpoint\.json is damaged: 999,999 of 6 steps are done",
    ),
    "other steps than the state's": (
        rewritten(INDEX, lambda index: index["progress"].update(done=2)),
        r"checkpoint\.json is damaged: it is at step 6, where 2 is told",
    ),
    "200,000 brackets": (written(FACTS, "[" * 200_000), r"run\.json is damaged: it is nested too deeply"),
    "brackets as a mark": (written(FINISHED, "[" * 200_000), r"finished\.json is damaged: it is nested too deeply"),
    "brackets as a checkpoint": (
        written(INDEX, "[" * 200_000),
        r"checkpoint\.json is damaged: it is nested too deeply",
    ),
    "a number that is none": (
        written(FACTS, '{"format": 2, "seal": NaN}'),
        r"run\.json is damaged: it is not valid JSON \(JSON has no NaN\)",
    ),
    "a number without end": (
        written(FACTS, '{"format": 2, "seal": "", "a": 1e999}'),
        r"run\.json is damaged: no qtkit wrote such JSON",
    ),
    "a format that is none": (written(FACTS, '{"format": true}'), r"run\.json is damaged: it names no format"),
    "run.json a folder": (made_a_folder(FACTS), r"run\.json is damaged: it is a folder and no file"),
    "the mark a folder": (made_a_folder(FINISHED), r"finished\.json is damaged: it is a folder and no file"),
    "the index a folder": (made_a_folder(INDEX), r"checkpoint\.json is damaged: it is a folder and no file"),
    "the checkpoint a file": (made_a_file("checkpoint"), r"checkpoint is damaged: it is a file and no folder"),
    "the records a file": (made_a_file("records"), r"records is damaged: it is a file and no folder"),
    "a damaged checkpoint": (cut_short("checkpoint/*.safetensors"), r"tensors-.*\.safetensors is damaged"),
    "a checkpoint without its index": (
        lambda folder: (folder / INDEX).unlink(),
        "no checkpoint in .*: checkpoint.json",
    ),
    "other settings": (
        rewritten(FACTS, lambda facts: facts["settings"].update(seed=5)),
        r"run\.json is damaged: its settings and data are those of the run [0-9a-f]{16}",
    ),
    "settings of no use": (
        rewritten(FACTS, lambda facts: facts.update(settings={"speed": 1})),
        r"run\.json is damaged: it is not as qtkit writes it \(.*'speed'",
    ),
    "more records than there are": (
        rewritten(FINISHED, lambda mark: mark.update(records=7)),
        r"finished\.json is damaged: its parts hold other than 7 records",
    ),
    "a part elsewhere": (
        rewritten(FINISHED, lambda mark: mark["parts"][0].update(file="../../x.parquet")),
        r"finished\.json is damaged: parts\[0\]\.file cannot be '\.\./\.\./x\.parquet'",
    ),
    "tensors elsewhere": (
        rewritten(INDEX, lambda index: index["tensors"].update(file="../x")),
        r"checkpoint\.json is damaged: it does not name its tensors",
    ),
}

LATER = {"other steps than the state's"}
"""Seen when the training is made: before, nothing contradicts anything."""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one finished walk."""
    store = tmp_path_factory.mktemp("walk")
    run(ToySettings(), store=store)
    return store


@pytest.fixture
def store(walk: Path, tmp_path: Path) -> Path:
    """A copy of it, with another walk."""
    shutil.copytree(walk, tmp_path / "runs")
    run(ToySettings(seed=1), store=tmp_path / "runs")
    return tmp_path / "runs"


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_folder_is_told_and_computed_again(kind: str, store: Path) -> None:
    harm, message = ODD[kind]
    damaged, whole = (Store(store).run(ToySettings(seed=seed)) for seed in range(2))
    before = values(damaged)
    harm(damaged.path)
    if kind in LATER:
        with pytest.raises(ValueError, match=message):
            damaged.training()
    else:
        rows = {row.key: row for row in read_rows(Store(store))}
        assert rows[whole.key].state == "finished"
        if kind != "a checkpoint without its index" and "safetensors" not in message and kind != "tensors elsewhere":
            assert rows[damaged.key].state == "damaged"
            assert str(damaged.path) in rows[damaged.key].words
        with pytest.raises((ValueError, FileNotFoundError), match=f"(?s){message}.*--again"):
            run(ToySettings(), store=store)
    again = run(ToySettings(), store=store, again=True)
    assert again.finished
    assert values(again).equals(before)
    assert read_row(again).state == "finished"
    assert again.training().steps_done == 6
    assert run(ToySettings(), store=store) == again


UNFITTING: dict[str, Callable[[dict[str, Any]], None]] = {
    "no tensors": lambda state: state["tensors"].clear(),
    "a tensor of another type": lambda state: state["tensors"].update(generator=torch.zeros(3)),
    "another state": lambda state: state.pop("steps_done"),
}


@pytest.mark.parametrize("kind", UNFITTING)
def test_a_checkpoint_that_does_not_fit_is_told_and_left(kind: str, tmp_path: Path) -> None:
    """Whole and sealed, of this run, and of no use: `--again` begins anew where it would go on else."""
    stopped = run(ToySettings(), store=tmp_path, stop=after(3))
    checkpoint = stopped.checkpoint()
    UNFITTING[kind](checkpoint["training"])
    training, about = checkpoint.pop("training"), {k: v for k, v in checkpoint.items() if k != "format"}
    write_checkpoint(stopped.path / "checkpoint", training, **about)
    with pytest.raises(ValueError, match=r"(?s)checkpoint\.json.*--again"):
        run(ToySettings(), store=tmp_path)
    whole = run(ToySettings(), store=tmp_path / "whole")
    assert values(run(ToySettings(), store=tmp_path, again=True)).equals(values(whole))


# --- files that are whole and not ours --------------------------------------------------------------------------------

PLAIN: list[Any] = [None, True, -1, 0.5, 10**30, "", "x", "../x", [], {}, [1], [[]], {"a": 1}, "y" * 5_000]


def mutants_of_json(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    """Where to change a value, how, and into what."""
    if where:
        yield where, "remove", None
        for new in PLAIN:
            yield where, "replace", new
        yield where, "double", None
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        if (*where, name) != ("format",):  # a format has its own tests
            yield from mutants_of_json(item, (*where, name))


def changed(value: Any, where: tuple[Any, ...], how: str, new: Any) -> Any:
    value = copy.deepcopy(value)
    inner = functools.reduce(lambda part, name: part[name], where[:-1], value)
    if how == "replace":
        inner[where[-1]] = new
    elif how == "remove":
        del inner[where[-1]]
    elif isinstance(inner, list):
        inner.append(inner[where[-1]])
    else:
        inner[f"{where[-1]}2"] = inner[where[-1]]
    return value


def mutants_of_table(table: pa.Table) -> Iterator[tuple[str, bytes]]:
    """What a Parquet file might hold instead."""
    yield "not Parquet", b"PAR1"
    yield "empty", b""
    yield "no rows", to_parquet(table.slice(0, 0))
    yield "no columns", to_parquet(table.select([]))
    yield "a row less", to_parquet(table.slice(1))
    yield "the rows twice", to_parquet(pa.concat_tables([table, table]))
    yield "words for pandas", to_parquet(table.replace_schema_metadata({"pandas": "{"}))
    yield "one column more", to_parquet(table.append_column("more", pa.array([{"a": 1}] * len(table))))
    for number, name in enumerate(table.column_names):
        yield f"{name} missing", to_parquet(table.drop_columns(name))
        yield f"{name} twice", to_parquet(table.append_column(f"{name} ", table.column(name)))
        for kind, item in (("words", "x"), ("numbers", 1.5), ("whole numbers", 3), ("lists", [1.0]), ("gaps", None)):
            column = pa.array([item] * len(table))
            yield f"{name} of {kind}", to_parquet(table.set_column(number, name, column))
        column, kind = table.column(name).to_pylist(), table.column(name).type
        yield f"{name} with a gap", to_parquet(table.set_column(number, name, pa.array([None, *column[1:]], kind)))
        if pa.types.is_list(kind):
            lists = [[*(item or []), 0] for item in column[:1]] + column[1:]
            yield f"{name} longer", to_parquet(table.set_column(number, name, pa.array(lists, kind)))
            lists = [[None] for _ in column]
            yield f"{name} of lists of gaps", to_parquet(table.set_column(number, name, pa.array(lists, kind)))


def mutants_of_tensors(tensors: dict[str, torch.Tensor]) -> Iterator[tuple[str, bytes]]:
    """What a safetensors file might hold instead."""
    yield "empty", b""
    yield "no tensors", safetensors.torch.save({})
    header = b'{"x": {"dtype": "F6", "shape": [1], "data_offsets": [0, 1]}}'
    yield "an unknown type", len(header).to_bytes(8, "little") + header + b"\0"
    yield "one more", safetensors.torch.save({**tensors, "more": torch.zeros(1)})
    for name, tensor in tensors.items():
        yield f"no {name}", safetensors.torch.save({n: t for n, t in tensors.items() if n != name})
        for what, new in (
            ("flat", tensor.reshape(-1)[:-1].clone()),
            ("deep", tensor.reshape(1, *tensor.shape).clone()),
            ("of numbers", tensor.double()),
            ("of truths", tensor.bool()),
        ):
            yield f"{name} {what}", safetensors.torch.save({**tensors, name: new})


def sign(run: StoredRun, path: Path, content: bytes, rows: int | None = None) -> None:
    """Put `content` at `path`, and its digest wherever it is named."""
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    for name in (FINISHED, INDEX):
        value = json.loads((run.path / name).read_text())
        for part in [*value["parts"], value.get("tensors", {})]:
            if part.get("file") == path.name:
                part["sha256"] = digest
                if rows is not None:
                    part["rows"] = value["records"] = rows
        write_sealed_again(run.path / name, value)


def read_all(stored: StoredRun, folder: Path) -> list[str]:
    """Read a run in every way; what went otherwise than well or with a ValueError that names the file."""
    faults = []
    ways: dict[str, Callable[[], object]] = {
        "facts": stored.facts,
        "result": stored.result,
        "settings": lambda: stored.settings,
        "task": lambda: stored.task,
        "records": stored.records,
        "checkpoint": stored.checkpoint,
        "progress": stored.progress,
        "training": lambda: [*(record for _, record in zip(range(2), stored.training(), strict=False))],
        "export": lambda: results.export([stored], folder / "shipped" / "any"),
    }
    for name, way in ways.items():
        if fault := fault_of(way, stored.path):
            faults.append(f"{name}: {fault}")
    row = read_row(stored)
    if row.state == "damaged" and str(stored.path) not in row.words:
        faults.append(f"status: {row.words}")
    return faults


def fault_of(way: Callable[[], object], folder: Path) -> str | None:
    try:
        way()
    except (ValueError, FileNotFoundError) as error:
        words = str(error)
        return None if str(folder) in words and len(words) < 2_000 else f"not named: {words[:300]}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


MADE = {"images": IMAGES, "gridworld": GRIDWORLD}


@pytest.fixture(scope="module", params=MADE)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    return run(MADE[request.param], store=tmp_path_factory.mktemp("made"))


def copied(stored: StoredRun, folder: Path) -> StoredRun:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(stored.path, folder / "runs" / stored.path.parent.name / stored.key)
    return StoredRun(folder / "runs" / stored.path.parent.name / stored.key)


FEW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@pytest.mark.parametrize("name", [FACTS, FINISHED, INDEX])
@FEW
@given(data=st.data())
def test_mutated_json_is_told(name: str, made: StoredRun, tmp_path: Path, data: st.DataObject) -> None:
    value = json.loads((made.path / name).read_text())
    where, how, new = data.draw(st.sampled_from(list(mutants_of_json(value))))
    harmed = copied(made, tmp_path)
    write_sealed_again(harmed.path / name, changed(value, where, how, new))
    assert read_all(harmed, tmp_path) == []


@pytest.mark.slow
@FEW
@given(data=st.data(), counted=st.booleans())
def test_mutated_records_are_told(made: StoredRun, tmp_path: Path, data: st.DataObject, counted: bool) -> None:
    (path,) = (made.path / "records").iterdir()
    kind, content = data.draw(st.sampled_from(list(mutants_of_table(pq.read_table(path)))))
    harmed = copied(made, tmp_path)
    try:
        rows = pq.read_metadata(pa.BufferReader(content)).num_rows if counted else None
    except pa.ArrowInvalid:
        rows = None
    sign(harmed, harmed.path / "records" / path.name, content, rows)
    assert read_all(harmed, tmp_path) == [], kind


@pytest.mark.slow
@FEW
@given(data=st.data())
def test_mutated_tensors_are_told(made: StoredRun, tmp_path: Path, data: st.DataObject) -> None:
    (path,) = (made.path / "checkpoint").glob("*.safetensors")
    kind, content = data.draw(st.sampled_from(list(mutants_of_tensors(safetensors.torch.load_file(path)))))
    harmed = copied(made, tmp_path)
    sign(harmed, harmed.path / "checkpoint" / path.name, content)
    assert read_all(harmed, tmp_path) == [], kind


# --- tables that are shipped ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(made: StoredRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The provenance of an exported table."""
    folder = tmp_path_factory.mktemp("shipped") / made.path.parent.name
    (experiment,) = results.export([made], folder)
    return folder / f"{experiment}.json"


def read_table_in_all_ways(about: Path, made: StoredRun) -> list[str]:
    """As `read_all`."""
    place = about.parent.name, about.stem, about.parents[1]
    ways: dict[str, Callable[[], object]] = {
        "load": lambda: results.load(*place),
        "provenance": lambda: results.provenance(*place),
        "summaries": lambda: results.summaries(*place),
        "export": lambda: results.export([made], about.parent),
    }
    faults = ((name, fault_of(way, about.parent)) for name, way in ways.items())
    return [f"{name}: {fault}" for name, fault in faults if fault]


@pytest.mark.slow
@FEW
@given(data=st.data())
def test_a_mutated_provenance_is_told(shipped: Path, made: StoredRun, tmp_path: Path, data: st.DataObject) -> None:
    value = json.loads(shipped.read_text())
    where, how, new = data.draw(st.sampled_from(list(mutants_of_json(value))))
    folder = tmp_path / "copy" / shipped.parent.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(shipped.parent, folder)
    write_sealed_again(folder / shipped.name, changed(value, where, how, new))
    assert read_table_in_all_ways(folder / shipped.name, made) == []


@pytest.mark.slow
@FEW
@given(data=st.data(), counted=st.booleans())
def test_a_mutated_table_is_told(
    shipped: Path, made: StoredRun, tmp_path: Path, data: st.DataObject, counted: bool
) -> None:
    kind, content = data.draw(st.sampled_from(list(mutants_of_table(pq.read_table(shipped.with_suffix(".parquet"))))))
    folder = tmp_path / "copy" / shipped.parent.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(shipped.parent, folder)
    value = json.loads(shipped.read_text())
    value["sha256"] = hashlib.sha256(content).hexdigest()
    if counted:
        try:
            value["rows"] = pq.read_metadata(pa.BufferReader(content)).num_rows
        except pa.ArrowInvalid:
            value["rows"] = 0
    (folder / shipped.name).with_suffix(".parquet").write_bytes(content)
    write_sealed_again(folder / shipped.name, value)
    assert read_table_in_all_ways(folder / shipped.name, made) == [], kind


FIGURES = {"images": ("fashion-1-5", 6), "gridworld": ("minigrid-empty-6x6-v0", 14), "series": ("bessel", 9)}


@functools.cache
def mutants_of_shipped(task: str) -> dict[str, bytes]:
    table = pq.read_table(SHIPPED / task / f"{FIGURES[task][0]}.parquet")
    return dict(mutants_of_table(table.slice(0, 600)))


@pytest.mark.slow
@pytest.mark.parametrize("task", FIGURES)
@settings(parent=FEW, max_examples=6)
@given(data=st.data())
def test_a_figure_of_a_mutated_table_is_drawn_or_refused(task: str, tmp_path: Path, data: st.DataObject) -> None:
    experiment, number = FIGURES[task]
    mutants = mutants_of_shipped(task)
    kind = data.draw(st.sampled_from(list(mutants)))
    shutil.rmtree(tmp_path / task, ignore_errors=True)
    shutil.copytree(SHIPPED / task, tmp_path / task)
    about = tmp_path / task / f"{experiment}.json"
    value = json.loads(about.read_text())
    value["sha256"] = hashlib.sha256(mutants[kind]).hexdigest()
    if mutants[kind].endswith(b"PAR1") and len(mutants[kind]) > 4:
        found = pq.read_table(pa.BufferReader(mutants[kind]))
        value["rows"] = len(found)
        value["measured"] = [name for name in value["measured"] if name in found.column_names]
        there = set(found.column("run").to_pylist()) if "run" in found.column_names else set()
        value["runs"] = {key: told for key, told in value["runs"].items() if key in there}
    about.with_suffix(".parquet").write_bytes(mutants[kind])
    write_sealed_again(about, value)
    with contextlib.suppress(ValueError, FileNotFoundError):
        figure(number, folder=tmp_path)
