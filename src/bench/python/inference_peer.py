"""Hone beside llama.cpp (and, if asked, transformers) on the same model, in turns: medians and ratios, as Markdown.

    inference_peer.py --llama BIN_FOLDER --gguf MODEL.gguf --model ID [--models DIR] [--rounds 3]
                      [--transformers bf16,f32] [--json report.json]

BIN_FOLDER holds llama-bench, llama-batched-bench, llama-quantize, llama-perplexity and llama-server, built
for this machine; nothing is downloaded or built here. MODEL.gguf and Hone's model ID must be the same weights.
From the GGUF other quantisations are made, if they are not there, and their perplexity on a text is taken
against F32: only what loses at most 1% is a peer; in each row the fastest such is in bold, and Hone's ratio is
to that one. Both servers are asked by the same clients (`hone bench clients`). Nothing else should run.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

HOME = pathlib.Path(__file__).resolve().parents[3]
MAX_LOSS = 0.01
QUANTISATIONS = ["Q8_0", "Q4_1", "BF16"]
FIRST_TOKEN = "first token, s"
CLIENTS_CORES = "clients' cores"


class Llama:
    """The built tools of llama.cpp."""

    def __init__(self, folder, threads):
        self.folder = folder
        self.threads = str(threads)
        paths = [str(folder), os.environ.get("LD_LIBRARY_PATH", "")]
        self.environment = os.environ | {"LD_LIBRARY_PATH": ":".join(path for path in paths if path)}

    def command(self, tool, *arguments):
        return [str(self.folder / tool), *map(str, arguments)]

    def run(self, tool, *arguments):
        command = self.command(tool, *arguments)
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, errors="replace")
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stdout, done.stderr

    def quantise(self, source, kind, target):
        if not target.exists():
            say(f"quantising to {kind}")
            partial = target.with_suffix(".partial")
            self.run("llama-quantize", "--allow-requantize", source, partial, kind, self.threads)
            partial.rename(target)

    def perplexity(self, model, text, context, chunks):
        files = ["-m", model, "-f", text, "-t", self.threads]
        out, errors = self.run("llama-perplexity", *files, "-c", context, "--chunks", chunks)
        found = re.search(r"Final estimate: PPL = ([0-9.]+)", out + errors)
        if not found:
            sys.exit(f"llama-perplexity says no perplexity of {text}; is it shorter than two contexts?\n{errors[-500:]}")
        return float(found.group(1))

    def network(self, model, options):
        """Tokens per second by row."""
        common = ["-m", model, "-t", self.threads, "-r", options.repeats, "-o", "json"]
        out, _ = self.run("llama-bench", *common, "-p", 512, "-n", 0)
        prefill = json.loads(out)[0]
        out, _ = self.run("llama-bench", *common, "-p", 0, "-n", 64, "-d", options.depth)
        speeds = {"prefill 512": prefill["avg_ts"], "decode x1": json.loads(out)[0]["avg_ts"]}
        prompt = options.depth or 128
        # All sequences share the context.
        context = max(options.batches) * (prompt + 64)
        sizes = ["-npp", prompt, "-ntg", 64, "-npl", ",".join(map(str, options.batches))]
        fitting = ["-m", model, "-t", self.threads, "-c", context, "--output-format", "jsonl"]
        out, _ = self.run("llama-batched-bench", *fitting, *sizes)
        for line in out.splitlines():
            if line.startswith("{"):
                row = json.loads(line)
                speeds[f"decode x{row['pl']}"] = row["speed_tg"]
        return speeds

    @contextlib.contextmanager
    def server(self, model, clients, tokens):
        """As fast as it gets: a slot for every client, nothing kept aside for prompts that never come again."""
        port = free_port()
        sizes = ["-c", clients * (tokens + 64), "-np", clients, "-t", self.threads, "-tb", self.threads]
        command = self.command("llama-server", "-m", model, "--host", "127.0.0.1", "--port", port, *sizes)
        known = subprocess.run(self.command("llama-server", "--help"), env=self.environment, capture_output=True, text=True)
        if "--cache-ram" in known.stdout:
            command += ["--cache-ram", "0"]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=self.environment, stdout=quiet, stderr=quiet)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url + "/health", process)
            yield url
        finally:
            process.terminate()
            process.wait()


class Hone:
    """The launcher, with a data folder of its own."""

    def __init__(self, options):
        self.launcher = str(options.hone / "hone")
        self.options = options
        self.own = ["--data", str(options.work / "hone-data"), "--models", str(options.models)]
        self.sizes = ["--prompt-tokens", str(options.prompt_tokens), "--answer-tokens", str(options.answer_tokens)]
        self.sizes += ["--requests", str(options.requests), "--json"]
        self.environment = os.environ | {"HONE_INFERENCE_SPECULATION": options.drafts}

    def call(self, *arguments):
        done = subprocess.run(arguments, env=self.environment, stdout=subprocess.PIPE, text=True)
        answer = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
        if done.returncode != 0:
            sys.exit(f"{' '.join(arguments)} ended with {done.returncode}: {answer}")
        return answer

    def bench(self):
        what = ["--only", "network,engine,http", "--precisions", "auto", "--clients", str(self.options.clients)]
        return self.call(
            self.launcher, "bench", "inference", "--model", self.options.model, *what, *self.own, *self.sizes
        )

    def speeds(self, report):
        speeds = {}
        for row in report["network"]["rows"]:
            for prefill in row.get("prefill", []):
                if prefill["auto"]:
                    speeds[f"prefill {prefill['tokens']}"] = prefill["tokensPerSecond"]
            for decode in row.get("decode", []):
                if decode["auto"]:
                    speeds[f"decode x{decode['batch']}"] = decode["tokensPerSecond"]
        speeds["HTTP overhead, %"] = report["http"]["overheadPercent"][str(self.options.clients)]
        return speeds | self.level(report["http"]["levels"][0])

    def ask(self, url):
        """What clients get of any server."""
        command = ["nice", "-n", "10", self.launcher, "bench", "clients", "--url", url, "--model", "base"]
        answer = self.call(*command, "--clients", str(self.options.clients), *self.sizes)
        return self.level(answer["levels"][0])

    def level(self, level):
        load = level["load"]
        return {
            f"HTTP x{load['clients']}": load["tokensPerSecond"],
            FIRST_TOKEN: load["firstTokenP50"],
            CLIENTS_CORES: level["clientCores"],
        }


def transformers_speeds(folder, kind, batches, repeats):
    """Eager PyTorch, the way most programs use it."""
    import torch
    import transformers

    dtype = {"bf16": torch.bfloat16, "f32": torch.float32}[kind]
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()
    vocabulary = model.config.vocab_size

    def seconds(step):
        step()
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    speeds = {}
    with torch.inference_mode():
        prompt = torch.randint(vocabulary, (1, 512))
        speeds["prefill 512"] = 512 / seconds(lambda: model(prompt, logits_to_keep=1))
        for batch in [1, *batches]:
            cache = model(torch.randint(vocabulary, (batch, 256)), use_cache=True, logits_to_keep=1).past_key_values
            token = torch.randint(vocabulary, (batch, 1))
            speeds[f"decode x{batch}"] = batch / seconds(lambda: model(token, past_key_values=cache, use_cache=True))
    return speeds


def free_port():
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


def wait_for(url, process):
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"llama-server ended with {process.returncode}; -4 is an instruction that this machine lacks")
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            if urllib.request.urlopen(url, timeout=5).status == 200:
                return
        time.sleep(0.2)
    sys.exit(f"{url} did not answer within two minutes")


def say(line):
    print(line, file=sys.stderr, flush=True)


def has_amx():
    info = pathlib.Path("/proc/cpuinfo")
    return info.exists() and "amx_tile" in info.read_text()


def rows(options):
    """Name, what Hone should be of the fastest peer, and whether less is better."""
    prefill = 4 if has_amx() else 2.5
    target = {"decode x1": 1.2, "decode x16": 1.5, "prefill 512": prefill}
    names = ["prefill 512", "decode x1", *(f"decode x{batch}" for batch in options.batches)]
    listed = [(name, target.get(name), False) for name in names]
    http = f"HTTP x{options.clients}"
    sixteen = options.clients == 16
    return [*listed, (http, 2.0 if sixteen else None, False), (FIRST_TOKEN, 0.5 if sixteen else None, True)]


def compare(medians, losses, hone, options):
    """The rows of the report."""
    compared = []
    for name, target, less in rows(options):
        allowed = {peer: m[name] for peer, m in medians.items() if name in m and losses.get(peer, 1) <= MAX_LOSS}
        pick = min if less else max
        fastest = pick(allowed, key=allowed.get) if allowed else None
        ratio = hone[name] / allowed[fastest] if fastest and name in hone else None
        met = None if ratio is None or target is None else (ratio <= target if less else ratio >= target)
        row = {"row": name, "hone": hone.get(name), "peers": {p: m[name] for p, m in medians.items() if name in m}}
        compared.append(row | {"fastest": fastest, "ratio": ratio, "target": target, "lessIsBetter": less, "met": met})
    return compared


def markdown(compared, losses, others):
    peers = [*losses, *others]

    def number(value, name):
        return "" if value is None else f"{value:.2f}" if name == FIRST_TOKEN else f"{value:.0f}"

    def cell(row, peer):
        text = number(row["peers"].get(peer), row["row"])
        return f"**{text}**" if peer == row["fastest"] else text

    lines = ["| tok/s | " + " | ".join(peers) + " | Hone | ratio | target | |"]
    lines.append("|" + " --- |" * (len(peers) + 5))
    losing = [f"{100 * losses[peer]:.2f}%" if peer in losses else "" for peer in peers]
    lines.append("| loss of perplexity | " + " | ".join(losing) + " | | | | |")
    for row in compared:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}x"
        target = "" if row["target"] is None else f"{'at most' if row['lessIsBetter'] else 'at least'} {row['target']:g}x"
        met = {None: "", True: "met", False: "missed"}[row["met"]]
        cells = [cell(row, peer) for peer in peers] + [number(row["hone"], row["row"]), ratio, target, met]
        lines.append(f"| {row['row']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def medians_of(rounds):
    names = dict.fromkeys(name for measured in rounds for name in measured)
    return {name: statistics.median(m[name] for m in rounds if name in m) for name in names}


def judged(llama, options):
    """Files of the quantisations, and what each loses."""
    files = {kind: options.quantised / f"{kind}.gguf" for kind in [*QUANTISATIONS, "F32"]}
    for kind, file in files.items():
        llama.quantise(options.gguf, kind, file)
    if not any(file.samefile(options.gguf) for file in files.values()):
        files["as it is"] = options.gguf
    perplexity = {}
    for kind, file in files.items():
        perplexity[kind] = llama.perplexity(file, options.text, options.context, options.chunks)
        say(f"{kind}: perplexity {perplexity[kind]:.3f}")
    reference = perplexity.pop("F32")
    losses = {kind: value / reference - 1 for kind, value in perplexity.items()}
    return {kind: files[kind] for kind in losses}, losses


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    path = pathlib.Path
    parser.add_argument("--llama", type=path, required=True, help="folder of llama.cpp's built tools")
    parser.add_argument("--gguf", type=path, required=True, help="the model as GGUF")
    parser.add_argument("--quantised", type=path, help="folder of Q8_0.gguf and so on (default: in --work)")
    parser.add_argument("--work", type=path, default=path("target/inference-peer"), help="what is kept between runs")
    parser.add_argument("--hone", type=path, default=HOME, help="folder of the launcher")
    parser.add_argument("--models", type=path, default=HOME / "model-store", help="Hone's models")
    parser.add_argument("--model", required=True, help="the same model's id in Hone")
    parser.add_argument("--text", type=path, default=HOME / "src/main/resources/dev/hone/inference/precision-text.txt", help="to judge losses by")
    parser.add_argument("--context", type=int, default=512)
    parser.add_argument("--chunks", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3, help="of llama-bench, within a round")
    parser.add_argument("--depth", type=int, default=256, help="tokens before those that llama.cpp decodes; Hone has 256")
    parser.add_argument("--batches", default="4,16,32")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=2, help="of each client, within a round")
    parser.add_argument("--prompt-tokens", type=int, default=128)
    parser.add_argument("--answer-tokens", type=int, default=64)
    parser.add_argument("--drafts", choices=["off", "auto"], default="off", help="Hone's speculation by look-up")
    parser.add_argument("--transformers", default="", help="bf16, f32 or both; needs torch and transformers")
    parser.add_argument("--json", type=path, help="write the whole report there too")
    options = parser.parse_args()
    options.batches = [int(batch) for batch in options.batches.split(",")]
    options.work = options.work.resolve()
    options.models = options.models.resolve()
    options.quantised = (options.quantised or options.work / "gguf").resolve()
    options.quantised.mkdir(parents=True, exist_ok=True)
    for file in [options.gguf, options.text, options.llama / "llama-bench", options.hone / "hone"]:
        if not file.exists():
            parser.error(f"there is no {file}")
    return options


def main():
    options = arguments()
    llama, hone = Llama(options.llama.resolve(), options.threads), Hone(options)
    files, losses = judged(llama, options)
    others = [f"transformers {kind}" for kind in options.transformers.split(",") if kind]
    rounds = {name: [] for name in [*files, *others, "Hone"]}
    reports = []

    def measure(name):
        if name == "Hone":
            reports.append(hone.bench())
            return hone.speeds(reports[-1])
        if name in others:
            folder = options.models / "base" / options.model
            return transformers_speeds(folder, name.split()[1], options.batches, options.repeats)
        speeds = llama.network(files[name], options)
        if losses[name] <= MAX_LOSS:
            room = options.prompt_tokens + options.answer_tokens
            with llama.server(files[name], options.clients, room) as url:
                speeds |= hone.ask(url)
        return speeds

    for number in range(options.rounds):
        order = list(rounds)
        for name in order if number % 2 == 0 else reversed(order):
            say(f"round {number + 1} of {options.rounds}: {name}")
            rounds[name].append(measure(name))
            say("  " + ", ".join(f"{row} {value:.4g}" for row, value in rounds[name][-1].items()))
    medians = {name: medians_of(measured) for name, measured in rounds.items()}
    of_hone = medians.pop("Hone")
    compared = compare(medians, losses, of_hone, options)
    cpu = reports[-1]["network"]["cpu"]["model"]
    print(f"{options.model} on {cpu}, {options.threads} threads, medians of {options.rounds} rounds in turns, drafts {options.drafts};")
    print(f"loss on {options.chunks} times {options.context} tokens of {options.text.name} against F32.\n")
    print(markdown(compared, losses, others))
    print(f"\nHTTP overhead at {options.clients} clients {of_hone['HTTP overhead, %']:.1f}% (target: below 15%);")
    print(f"the clients took {100 * of_hone[CLIENTS_CORES]:.0f}% of a core.")
    if options.json:
        report = {"rows": compared, "losses": losses, "rounds": rounds, "hone": reports, "cpu": cpu}
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
