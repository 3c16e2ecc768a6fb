"""What choosing the best of several answers earns and costs, as a server does it: for each N the mean reward of the
chosen answer, its difference from the likeliest answer's, prompt by prompt, and time and tokens, as Markdown.

    best_of.py --file hh-test.jsonl [--url http://127.0.0.1:8080] [--prompts 64] [--n 2,4,8] [--max-tokens 64]

FILE holds pairs in TRL's conversational form; their prompts are asked in its order, one after another. The server was
started with a reward model (HONE_REWARDS_MODEL); HONE_KEY is sent if it is set. The likeliest answer is the best of
two at temperature 0, which are the same; others are drawn at temperature 1 with the prompt's number as seed. Intervals
are two standard errors, over prompts. Needs no package.
"""

import argparse
import json
import math
import os
import statistics
import time
import urllib.request


def asked(options, prompt, best_of, temperature, seed):
    """The chosen answer's reward, the tokens of all that were drawn and the seconds that it took."""
    body = {
        "model": options.model,
        "messages": prompt,
        "best_of": best_of,
        "temperature": temperature,
        "seed": seed,
        "max_tokens": options.max_tokens,
    }
    headers = {"Content-Type": "application/json"}
    if os.environ.get("HONE_KEY"):
        headers["Authorization"] = f"Bearer {os.environ['HONE_KEY']}"
    request = urllib.request.Request(f"{options.url}/v1/chat/completions", json.dumps(body).encode(), headers)
    start = time.monotonic()
    with urllib.request.urlopen(request) as answer:
        said = json.load(answer)
    seconds = time.monotonic() - start
    return said["choices"][0]["reward"], said["usage"]["completion_tokens"], seconds


def interval(values):
    return f"{statistics.mean(values):+.3f} ± {2 * statistics.stdev(values) / math.sqrt(len(values)):.3f}"


def row(name, measured, likeliest):
    rewards, tokens, seconds = zip(*measured)
    differences = [reward - other for reward, (other, _, _) in zip(rewards, likeliest)]
    cells = [name, interval(rewards), interval(differences) if measured is not likeliest else ""]
    cells += [f"{statistics.mean(tokens):.0f}", f"{statistics.median(seconds):.2f} s"]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", required=True, help="pairs whose prompts are asked")
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--model", default="hone", help="the version to ask")
    parser.add_argument("--prompts", type=int, default=64, help="how many of the file's")
    parser.add_argument("--n", default="2,4,8", help="answers to choose from")
    parser.add_argument("--max-tokens", type=int, default=64, help="of an answer")
    options = parser.parse_args()
    with open(options.file, encoding="utf-8") as lines:
        prompts = [json.loads(line)["prompt"] for _, line in zip(range(options.prompts), lines)]
    likeliest = [asked(options, prompt, 2, 0, 0) for prompt in prompts]
    print("| answer | reward | above the likeliest | tokens drawn | median time |")
    print("| --- | --- | --- | --- | --- |")
    print(row("the likeliest (drawn twice)", likeliest, likeliest), flush=True)
    for n in options.n.split(","):
        measured = [asked(options, prompt, int(n), 1, seed) for seed, prompt in enumerate(prompts)]
        print(row(f"the best of {n}", measured, likeliest), flush=True)


if __name__ == "__main__":
    main()
