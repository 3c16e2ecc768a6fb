"""An event file as TensorBoard's own writer makes it, and what TensorBoard reads of such files.

    python3 src/test/python/tensorboard_events.py write src/test/resources/golden/events
    python3 src/test/python/tensorboard_events.py read FILE

`write` makes steps.jsonl, lines of a round's log, and golden.tfevents, the same steps as events; it ends in an
error unless TensorBoard reads back what went in. `read` prints what TensorBoard finds in a file, such as one of
`hone round export r1 --format tensorboard`: by tag the wall time, step and value of each scalar.

Needs tensorboard (2.21 when the golden files were made).
"""

import json
import math
import sys
from datetime import datetime
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

BEGUN = "2026-01-02T03:04:05Z"
TAGS = {
    "loss": "train/loss",
    "learningRate": "train/learning_rate",
    "gradientNorm": "train/grad_norm",
    "perSecond": "train/examples_per_second",
}
# The second has no time, as in logs of earlier releases; 300 needs two bytes as a varint.
STEPS = [
    {"step": 1, "time": "2026-01-02T03:04:06.250Z", "loss": 0.6931472, "learningRate": 1e-05, "gradientNorm": 2.5,
     "perSecond": 0.9, "metrics": {"rewards/margins": 0.0, "rewards/accuracies": 0.5}},
    {"step": 2, "loss": 0.65, "learningRate": 2e-05, "gradientNorm": "NaN", "perSecond": 1.0,
     "metrics": {"rewards/margins": -0.125}},
    {"step": 300, "time": "2026-01-02T03:05:06Z", "loss": 1e-30, "learningRate": 0.0, "gradientNorm": 3e8,
     "perSecond": 1.25, "metrics": {"rewards/margins": 0.5, "eval/accuracy": 0.75, "größe": 7.0}},
]


def seconds(time):
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def scalars(step):
    for name, tag in TAGS.items():
        yield tag, float(step[name])
    for name, value in step["metrics"].items():
        yield (name if name.startswith("eval/") else "train/" + name), float(value)


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "steps.jsonl").write_text("".join(json.dumps(step, ensure_ascii=False) + "\n" for step in STEPS))
    file = folder / "golden.tfevents"
    with file.open("wb") as out:
        records = RecordWriter(out)
        records.write(Event(wall_time=seconds(BEGUN), file_version="brain.Event:2").SerializeToString())
        for step in STEPS:
            values = [Summary.Value(tag=tag, simple_value=value) for tag, value in scalars(step)]
            time = seconds(step.get("time", BEGUN))
            event = Event(wall_time=time, step=step["step"], summary=Summary(value=values))
            records.write(event.SerializeToString())
    expected = {}
    for step in STEPS:
        for tag, value in scalars(step):
            expected.setdefault(tag, []).append((seconds(step.get("time", BEGUN)), step["step"], value))
    found = read(file)
    assert found.keys() == expected.keys(), found.keys()
    for tag, events in expected.items():
        for (time, step, value), (time_read, step_read, value_read) in zip(events, found[tag], strict=True):
            assert (time, step) == (time_read, step_read), tag
            assert math.isnan(value) and math.isnan(value_read) or math.isclose(value, value_read, rel_tol=1e-6), tag


def read(file):
    events = EventAccumulator(str(file), size_guidance={"scalars": 0})
    events.Reload()
    return {
        tag: [(scalar.wall_time, scalar.step, scalar.value) for scalar in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        print(json.dumps(read(Path(sys.argv[2])), indent=1))
