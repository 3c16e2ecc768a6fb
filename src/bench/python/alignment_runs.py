"""Trains by each loss of the DPO family, by KTO on the same pairs as thumbs, and by SFT on their chosen answers, in
rounds of a Hone of its own, and judges what comes of each on pairs that none has seen: accuracy, margin, KL, as
Markdown.

    alignment_runs.py SPLIT --model ID [--models DIR] [--work DIR] [--runs kto,ipo] [--steps 64]
    alignment_runs.py --table WORK

SPLIT is what `alignment_data.py hh FILE SPLIT` wrote: train.jsonl, held-out.jsonl, thumbs.jsonl. Each run is one
`./hone round run` from the base and one `./hone evaluate preferences` against it. WORK keeps what each said, so a
call that was cut goes on with the next run. The gate measures little there: nothing is to be published. Needs no
package. Nothing else should run where times count.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

HOME = pathlib.Path(__file__).resolve().parents[3]
# A recipe and its settings. KTO's step takes as many answers as a DPO step has, an SFT step what is chosen there.
RUNS = {
    "sigmoid": ("dpo", "labelSmoothing=0"),
    "conservative": ("dpo",),
    "sigmoid_norm": ("dpo", "loss=sigmoid_norm", "labelSmoothing=0"),
    "hinge": ("dpo", "loss=hinge"),
    "ipo": ("dpo", "loss=ipo"),
    "robust": ("dpo", "loss=robust"),
    "simpo": ("dpo", "loss=simpo", "labelSmoothing=0"),
    "orpo": ("dpo", "loss=orpo"),
    "length": ("dpo", "lengthWeight=0.5", "labelSmoothing=0"),
    "kto": ("kto", "batchAnswers=16", "microBatchAnswers=4"),
    "sft": ("sft", "batchAnswers=8"),
}
# Of the gate, which is not asked here.
LITTLE = {
    "HELD_OUT_PAIRS": 8,
    "BASE_PAIRS": 2,
    "PASSAGES": 1,
    "ANSWERS": 2,
    "ANSWER_TOKENS": 16,
    "QUESTIONS": 1,
    "QUESTION_TOKENS": 4,
}


class Hone:
    """The launcher, with a data folder."""

    def __init__(self, options, data):
        self.launcher = str(options.hone / "hone")
        self.common = ["--data", str(options.work / data), "--models", str(options.models)]
        little = {f"HONE_GATE_SIZES_{size}": str(number) for size, number in LITTLE.items()}
        self.environment = os.environ | little | {"HONE_MODEL": options.model}

    def said(self, *command):
        """The object that a command ends with."""
        call = [self.launcher, *command, *self.common, "--json"]
        done = subprocess.run(call, stdout=subprocess.PIPE, text=True, env=self.environment)
        lines = done.stdout.strip().splitlines()
        if done.returncode != 0 or not lines:
            sys.exit(f"{' '.join(call)} ended with {done.returncode}: {lines[-1:]}")
        return json.loads(lines[-1])


def imported(options, hone, data):
    """Once for all runs on the same data."""
    mark = options.work / f"{data}.json"
    if not mark.exists():
        name = "thumbs.jsonl" if data == "thumbs" else "train.jsonl"
        mark.write_text(json.dumps(hone.said("import", "preferences", str(options.split / name))))


def run(options, name):
    recipe, *settings = RUNS[name]
    data = "thumbs" if recipe == "kto" else "pairs"
    hone = Hone(options, data)
    imported(options, hone, data)
    all_settings = [*settings, f"maxSteps={options.steps}", "heldOutEvery=0", f"seed={options.seed}"]
    sets = [word for setting in all_settings for word in ("--set", setting)]
    trained = hone.said("round", "run", "--recipe", recipe, *sets)
    # Of what has none, and is not held to its parent, rewards are told at DPO's.
    beta = float(hone.said("round", "show", trained["round"])["settings"].get("beta", 0.1))
    held_out = str(options.split / "held-out.jsonl")
    judged = hone.said(
        "evaluate", "preferences", "--version", trained["version"], "--reference", "base", "--file", held_out
    )
    return {
        "name": name,
        "recipe": recipe,
        "settings": all_settings,
        "beta": beta,
        "round": trained["metrics"],
        "judged": judged,
    }


def asked(options):
    """All that a run's numbers depend on besides its own settings."""
    names = ("split", "model", "steps", "seed")
    return {name: str(getattr(options, name)) for name in names}


def markdown(work):
    head = ["run", "settings", "accuracy", "95%", "margin, nats", "KL, nats a token", "work", "peak memory"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for name in RUNS:
        file = work / f"run-{name}.json"
        if file.exists():
            said = json.loads(file.read_text())
            judged, trained = said["judged"], said["round"]
            own = RUNS[name][1:]
            cells = [name, f"`{said['recipe']}` " + " ".join(f"`{setting}`" for setting in own)]
            cells += [f"{judged['accuracy']:.3f}", f"{judged['low']:.3f} to {judged['high']:.3f}"]
            # Betas differ by loss; without them margins can be compared.
            cells += [f"{judged['margin'] / said['beta']:.2f}", f"{judged['kl']:.4f}"]
            cells += [f"{trained['seconds']:.0f} s", f"{trained['peakBytes'] / 1e9:.2f} GB"]
            lines.append("| " + " | ".join(cells) + " |")
            common = ", ".join(f"`{setting}`" for setting in said["settings"][len(own) :])
            pairs = f"{judged['pairs']} held-out pairs; the better rule by length has {judged['lengthBaseline']:.3f}."
    return "\n".join([*lines, "", f"Each with {common}. {pairs}"]) if len(lines) > 2 else f"{work} has no run yet"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    path = pathlib.Path
    parser.add_argument("split", type=path, nargs="?", help="folder of train, held-out and thumbs")
    parser.add_argument("--table", type=path, metavar="WORK", help="only print the table of what was run")
    parser.add_argument("--model", help="the base's id in Hone")
    parser.add_argument("--models", type=path, default=HOME / "model-store", help="Hone's models")
    parser.add_argument("--hone", type=path, default=HOME, help="folder of the launcher")
    parser.add_argument("--work", type=path, default=path("target/alignment-runs"), help="what is kept between calls")
    parser.add_argument("--runs", default=",".join(RUNS), help="of " + ", ".join(RUNS))
    parser.add_argument("--steps", type=int, default=64, help="of 8 pairs, or 16 answers")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.table:
        return options
    if not options.split or not options.model:
        parser.error("SPLIT and --model are needed")
    options.runs = options.runs.split(",")
    for name in options.runs:
        if name not in RUNS:
            parser.error(f"there is no run {name}; there are {', '.join(RUNS)}")
    for name in ("split", "models", "work"):
        setattr(options, name, getattr(options, name).resolve())
    return options


def main():
    options = arguments()
    if options.table:
        print(markdown(options.table))
        return
    options.work.mkdir(parents=True, exist_ok=True)
    kept = options.work / "asked.json"
    if kept.exists() and json.loads(kept.read_text()) != asked(options):
        sys.exit(f"{options.work} has runs of {kept.read_text()}; name another folder by --work")
    kept.write_text(json.dumps(asked(options)))
    for name in options.runs:
        file = options.work / f"run-{name}.json"
        if not file.exists():
            said = json.dumps(run(options, name), indent=1)
            file.write_text(said + "\n")
        print(f"{name} done", file=sys.stderr, flush=True)
    print(markdown(options.work))


if __name__ == "__main__":
    main()
