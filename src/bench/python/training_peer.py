"""Training by Hone beside eager PyTorch and TRL on the same base and tokens, in turns: medians and ratios, as Markdown.

    training_peer.py --file hh.jsonl --model ID [--models DIR] [--cases step-lora,dpo] [--rounds 3] [--json report.json]
    training_peer.py --table report.json

FILE holds pairs, in TRL's conversational form or in hh-rlhf's own. They are put into token ids once, which all
sides read. PyTorch's side is tried in each of its variants first and stays with the fastest; Hone picks its own by
`--compute auto`. Each case of each side and round has a process of its own. Needs torch, transformers, peft,
datasets and trl in the Python that runs this. Nothing else should run.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys

from split_hh import conversational

HOME = pathlib.Path(__file__).resolve().parents[3]
CASES = {
    "step-full": {"side": "pytorch", "variants": ["f32", "autocast"], "batch": 4, "micro": 4, "ratio": 0.95},
    "step-lora": {"side": "pytorch", "variants": ["f32", "bf16"], "batch": 4, "micro": 4, "ratio": 1.2},
    "sft": {
        "side": "trl",
        "variants": ["f32", "bf16", "f32+padding-free", "bf16+padding-free"],
        "batch": 8,
        "micro": 4,
        "ratio": 2,
    },
    "rm": {"side": "trl", "variants": ["f32", "bf16"], "batch": 8, "micro": 2, "ratio": 2},
    "dpo": {"side": "trl", "variants": ["f32", "bf16"], "batch": 8, "micro": 2, "ratio": 2, "bytes": 3e9},
    "ppo": {"side": "pytorch", "variants": ["f32", "bf16"], "batch": 8, "micro": 8, "ratio": 2, "bytes": 5e9},
}
# As the launcher sets it for servers, which is faster for the peers than what it sets for what trains in Hone.
ALLOCATOR = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=1073741824"


class Peers:
    """PyTorch's side, case by case in a process of its own."""

    def __init__(self, options, tokens):
        self.options = options
        self.tokens = tokens
        threads = str(options.threads)
        own = {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "GLIBC_TUNABLES": ALLOCATOR}
        caches = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
        self.environment = os.environ | own | caches

    def run(self, case, variant, steps, warmup):
        """What `./hone bench training` says of a round, of this side."""
        about = CASES[case]
        given = {
            "side": about["side"],
            "case": case,
            "variant": variant,
            "model": str(self.options.models / "base" / self.options.model),
            "tokens": str(self.tokens),
            "steps": steps,
            "warmup": warmup,
            "batch": about["batch"],
            "micro": self.options.micro_batch or about["micro"],
            "threads": self.options.threads,
        }
        script = pathlib.Path(__file__).with_name("training_cases.py")
        command = [sys.executable, str(script), json.dumps(given)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, errors="replace")
        if done.returncode != 0:
            sys.exit(f"{case} in {variant} ended with {done.returncode}:\n{done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def fastest(self, case):
        """The variant to stay with, and how fast each was; nothing is tried where there is one only."""
        allowed = self.options.variants
        variants = [variant for variant in CASES[case]["variants"] if not allowed or variant in allowed]
        if len(variants) == 1:
            return variants[0], {}
        if not variants:
            sys.exit(f"{case} has the variants {', '.join(CASES[case]['variants'])}, none of which is allowed")
        speeds = {}
        for variant in variants:
            tried = self.run(case, variant, self.options.trial_steps, 1)["report"]
            speeds[variant] = tried["tokensPerSecond"]
            say(f"{case}, {CASES[case]['side']} in {variant}: {speeds[variant]:.0f} tok/s on trial")
        return max(speeds, key=speeds.get), speeds


class Hone:
    def __init__(self, options, tokens):
        self.options = options
        self.tokens = tokens
        self.compute = "auto"
        self.report = None

    def run(self, case):
        options = self.options
        command = [str(options.hone / "hone"), "bench", "training", "--json", "--cases", case, "--rounds", "1"]
        command += ["--data", str(options.work / "hone-data"), "--models", str(options.models), "--model", options.model]
        command += ["--file", str(self.tokens), "--format", "ids", "--compute", self.compute]
        command += ["--steps", str(options.steps), "--warmup", str(options.warmup), "--max-tokens", str(options.max_tokens)]
        if options.micro_batch:
            command += ["--micro-batch", str(options.micro_batch)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        answer = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}: {answer}")
        self.report = {key: answer[key] for key in ("model", "cpu", "threads", "libtorch")}
        self.compute = answer["cases"][0]["compute"]
        return answer["cases"][0]["rounds"][0]


def write_tokens(options, target):
    """Pairs as ids, shuffled once: the end of a turn behind each answer, what is too long cut as Hone cuts it."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(options.models / "base" / options.model)
    with open(options.file, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row if "prompt" in row else conversational(row) for row in rows]
    random.Random(options.seed).shuffle(rows)
    # Twice as many as a case goes through: PPO leaves out prompts that leave no room for an answer.
    wanted = 2 * max(about["batch"] for about in CASES.values()) * (options.steps + options.warmup)
    written = 0
    with open(target, "w", encoding="utf-8") as out:
        for row in rows:
            prompt = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, return_dict=False)
            chosen, rejected = (answer_ids(tokenizer, row[side]) for side in ("chosen", "rejected"))
            most = options.max_tokens - min(len(prompt), options.max_tokens // 2)
            chosen, rejected = chosen[:most], rejected[:most]
            if chosen == rejected or not row["chosen"][0]["content"].strip() or not row["rejected"][0]["content"].strip():
                continue
            room = options.max_tokens - max(len(chosen), len(rejected))
            json.dump({"prompt": prompt[-room:], "chosen": chosen, "rejected": rejected}, out)
            out.write("\n")
            written += 1
            if written == wanted:
                return
    sys.exit(f"{options.file} has {written} pairs, {wanted} are needed; --steps takes fewer")


def answer_ids(tokenizer, messages):
    return tokenizer(messages[0]["content"] + tokenizer.eos_token, add_special_tokens=False)["input_ids"]


def summary(rounds):
    """Medians over a side's rounds of a case, and how far they lie apart."""
    speeds = [one["report"]["tokensPerSecond"] for one in rounds]
    return {
        "compute": rounds[0]["report"]["compute"],
        "tokensPerSecond": statistics.median(speeds),
        "lowest": min(speeds),
        "highest": max(speeds),
        "examplesPerSecond": statistics.median(one["report"]["examplesPerSecond"] for one in rounds),
        "stepSeconds": statistics.median(one["report"]["seconds"] / one["report"]["steps"] for one in rounds),
        "peakBytes": max(one["peakBytes"] for one in rounds),
        "firstLoss": rounds[0]["report"]["losses"][0],
        "lastLoss": rounds[0]["report"]["losses"][-1],
    }


def compared(case, rounds, trials):
    """A row of the report."""
    about = CASES[case]
    hone, peer = summary(rounds["hone"]), summary(rounds["peer"])
    ratio = hone["tokensPerSecond"] / peer["tokensPerSecond"]
    limit = about.get("bytes")
    return {
        "case": case,
        "side": about["side"],
        "hone": hone,
        "peer": peer,
        "trials": trials,
        "ratio": ratio,
        "targetRatio": about["ratio"],
        "ratioMet": ratio >= about["ratio"],
        "targetBytes": limit,
        "bytesMet": None if limit is None else hone["peakBytes"] < limit,
    }


def markdown(report):
    """The page's tables, from what `--json` wrote."""
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    lines = [
        f"{report['model']} on {report['cpu']}, {report['threads']} threads; Hone with libtorch {report['libtorch']}; {versions}.",
        f"Medians of {report['rounds']} rounds in turns, each of {report['steps']} steps after {report['warmup']} that do not count.",
        "",
        "| case | beside | Hone, tok/s | peer, tok/s | ratio | target | | Hone, a step | peer, a step |",
        "|" + " --- |" * 9,
    ]
    for row in report["cases"]:
        hone, peer = row["hone"], row["peer"]
        cells = [row["case"], f"{row['side']} in {peer['compute']}", speed(hone), speed(peer), f"**{row['ratio']:.2f}x**"]
        cells += [f"at least {row['targetRatio']:g}x", "met" if row["ratioMet"] else "missed"]
        cells += [f"{hone['stepSeconds']:.2f} s in {hone['compute']}", f"{peer['stepSeconds']:.2f} s"]
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "| case | Hone, peak memory | target | | peer, peak memory | Hone, first and last loss | peer's |"]
    lines.append("|" + " --- |" * 7)
    for row in report["cases"]:
        hone, peer = row["hone"], row["peer"]
        limit = "" if row["targetBytes"] is None else f"under {row['targetBytes'] / 1e9:g} GB"
        met = {None: "", True: "met", False: "missed"}[row["bytesMet"]]
        cells = [row["case"], f"{hone['peakBytes'] / 1e9:.2f} GB", limit, met, f"{peer['peakBytes'] / 1e9:.2f} GB"]
        cells += [f"{side['firstLoss']:.4f}, {side['lastLoss']:.4f}" for side in (hone, peer)]
        lines.append("| " + " | ".join(cells) + " |")
    tried = [row for row in report["cases"] if row["trials"]]
    if tried:
        lines += ["", "Variants on trial, tok/s:", ""]
    for row in tried:
        speeds = ", ".join(f"{variant} {value:.0f}" for variant, value in row["trials"].items())
        lines.append(f"- {row['case']}: {speeds}")
    return "\n".join(lines)


def speed(side):
    return f"{side['tokensPerSecond']:.0f} ({side['lowest']:.0f} to {side['highest']:.0f})"


def versions():
    import importlib.metadata

    return {name: importlib.metadata.version(name) for name in ("torch", "transformers", "peft", "trl")}


def say(line):
    print(line, file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    path = pathlib.Path
    parser.add_argument("--table", type=path, metavar="REPORT", help="only print the tables of a report")
    parser.add_argument("--file", type=path, help="pairs to train on")
    parser.add_argument("--model", help="the base's id in Hone")
    parser.add_argument("--models", type=path, default=HOME / "model-store", help="Hone's models")
    parser.add_argument("--hone", type=path, default=HOME, help="folder of the launcher")
    parser.add_argument("--work", type=path, default=path("target/training-peer"), help="what is kept between runs")
    parser.add_argument("--cases", default="step-lora,step-full,sft,rm,dpo,ppo", help="of " + ", ".join(CASES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10, help="that count")
    parser.add_argument("--warmup", type=int, default=2, help="steps before them")
    parser.add_argument("--trial-steps", type=int, default=1, help="of each variant on trial, after one more")
    parser.add_argument("--variants", default="", help="of the peers, only these, such as bf16,bf16+padding-free")
    parser.add_argument("--micro-batch", type=int, default=0, help="of both sides (default: the case's)")
    parser.add_argument("--max-tokens", type=int, default=384, help="of a prompt and one answer")
    parser.add_argument("--threads", type=int, default=2, help="of the peers; Hone takes one a core")
    parser.add_argument("--seed", type=int, default=0, help="of the order of the pairs")
    parser.add_argument("--json", type=path, help="write the whole report there too")
    parser.add_argument("--one-object", action="store_true", help="end with the report as one line instead of tables")
    options = parser.parse_args()
    if options.table:
        return options
    if not options.file or not options.model:
        parser.error("--file and --model are needed")
    options.cases = options.cases.split(",")
    options.variants = [variant for variant in options.variants.split(",") if variant]
    for case in options.cases:
        if case not in CASES:
            parser.error(f"there is no case {case}")
    options.models, options.work = options.models.resolve(), options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    for file in [options.file, options.hone / "hone", options.models / "base" / options.model]:
        if not file.exists():
            parser.error(f"there is no {file}")
    return options


def main():
    options = arguments()
    if options.table:
        print(markdown(json.loads(options.table.read_text())))
        return
    tokens = options.work / "tokens.jsonl"
    write_tokens(options, tokens)
    hone, peers = Hone(options, tokens), Peers(options, tokens)
    chosen = {case: peers.fastest(case) for case in options.cases}
    rounds = {case: {"hone": [], "peer": []} for case in options.cases}
    for number in range(options.rounds):
        turns = [(case, side) for case in options.cases for side in ("hone", "peer")]
        for case, side in turns if number % 2 == 0 else reversed(turns):
            if side == "hone":
                measured = hone.run(case)
            else:
                measured = peers.run(case, chosen[case][0], options.steps, options.warmup)
            rounds[case][side].append(measured)
            one = measured["report"]
            memory = f"{measured['peakBytes'] / 1e9:.2f} GB"
            say(f"round {number + 1} of {options.rounds}, {case}, {side}: {one['tokensPerSecond']:.0f} tok/s, {memory}")
    report = hone.report | {
        "versions": versions(),
        "rounds": options.rounds,
        "steps": options.steps,
        "warmup": options.warmup,
        "cases": [compared(case, rounds[case], chosen[case][1]) for case in options.cases],
        "measured": rounds,
    }
    print(json.dumps(report) if options.one_object else markdown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
