"""Turns public preferences into TRL's conversational JSONL, split once and for all by prompt.

    alignment_data.py hh FILE.jsonl.gz OUT              Anthropic's hh-rlhf: test.jsonl.gz
    alignment_data.py finegrained FILE.json OUT         FineGrainedRLHF: dev_feedback.json
    alignment_data.py oasst FILE.jsonl OUT              Open Assistant: en_100_tree.jsonl

Writes OUT/train.jsonl and OUT/held-out.jsonl. A conversation's side is given by the hash of its first user
message, so that all pairs of a prompt stand on one side, whatever else the file holds: a fifth of the hashes
is held out, the last by default, which neither side of split_hh.py's usual 1230 and 493 rows reaches.
--fold 0 to 4 holds another fifth out; the five together make a cross-validation.

hh also writes OUT/thumbs.jsonl: each training pair as two judgements of single answers, up and down.

--characters N leaves out what is longer, a prompt and the longer of its answers counted together: for a machine
that trains slowly.

finegrained's answers were written, and judged, beside passages of some 650 tokens. A prompt shows the
sentences that share most with the question, up to --passages characters, and then the question (a prompt is cut
at its beginning, so the question stays). The choice of sentences looks at no answer and at no judgement. With 600
characters a prompt and one answer are within 384 tokens of SmolLM2 in 94% of the pairs, a prompt and both
answers within 512 in 93%; 0 shows the question alone.

oasst makes a pair of any two replies to one message whose ranks differ. OUT/held-out-matched.jsonl are the
held-out pairs whose lengths differ by a tenth at most (--tolerance), and OUT/all-matched.jsonl those of both
sides: only for a model that has learnt from none of them.

Printed for each file: pairs, prompts, and how often the longer answer (in characters) is the chosen one, a tie
as half, with Wilson's 95% interval. Left out are rows of hh whose transcripts are not one conversation but for its
last answer, judgements of finegrained that prefer neither, and answers compared to the same text.
"""

import argparse
import collections
import gzip
import itertools
import json
import math
import pathlib
import re

from split_hh import conversational, digest, messages

FOLDS = 5
# Prediction i against j, as dev_feedback.json orders its six judgements: 1 for i, 2 for j, 0 for neither.
COMPARED = list(itertools.combinations(range(1, 5), 2))


def said(role, text):
    return [{"role": role, "content": text.strip()}]


def pair(prompt, chosen, rejected):
    chosen, rejected = said("assistant", chosen), said("assistant", rejected)
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected} if chosen != rejected else None


def fold(key):
    return int(key[:8], 16) * FOLDS >> 32


def hh(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        chosen, rejected = messages(row["chosen"]), messages(row["rejected"])
        turns = [{"user": 0, "assistant": 1}[message["role"]] for message in chosen]
        alternates = turns == [i % 2 for i in range(len(turns))] and turns[-1] == 1
        complete = all(message["content"] for message in chosen + rejected)
        alike = chosen[:-1] == rejected[:-1] and chosen != rejected and rejected[-1]["role"] == "assistant"
        yield digest(chosen[0]["content"]), conversational(row) if alternates and complete and alike else None


def words(text):
    return set(re.findall(r"\w+", text.lower()))


def excerpt(question, sentences, characters):
    """The sentences that share most with the question, a rare word counting more, in their own order."""
    common = collections.Counter(word for sentence in sentences for word in words(sentence))
    asked = words(question)

    def shared(sentence):
        return sum(math.log(1 + len(sentences) / common[word]) for word in sorted(words(sentence) & asked))

    kept, left = [], characters
    for at in sorted(range(len(sentences)), key=lambda at: -shared(sentences[at])):
        if len(sentences[at]) < left:
            kept.append(at)
            left -= len(sentences[at]) + 1
    return " ".join(sentences[at] for at in sorted(kept))


def finegrained(path, characters):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    for row in rows:
        question = row["question"].strip()
        # A passage is its title and its sentences; the first of them may repeat the title above a blank line.
        texts = [text.removeprefix(f"{title}\n\n") for title, *sentences in row["passages"] for text in sentences]
        text = excerpt(question, [" ".join(text.split()) for text in texts if text.strip()], characters)
        prompt = said("user", f"{text}\n\nQuestion: {question}" if text else question)
        for (first, second), verdict in zip(COMPARED, row["preference"], strict=True):
            better, worse = (first, second) if verdict == 1 else (second, first)
            preferred = pair(prompt, row[f"prediction {better}"], row[f"prediction {worse}"]) if verdict else None
            yield digest(question), preferred


def ranked(message, before):
    """Pairs of the replies below a message; before is the conversation that leads to it."""
    asks = message["role"] == "prompter"
    here = before + said("user" if asks else "assistant", message["text"])
    replies = [reply for reply in message["replies"] if asks and reply.get("rank") is not None]
    for better, worse in itertools.permutations(replies, 2):
        if better["rank"] < worse["rank"]:
            yield pair(here, better["text"], worse["text"])
    for reply in message["replies"]:
        yield from ranked(reply, here)


def oasst(path):
    with open(path, encoding="utf-8") as lines:
        trees = [json.loads(line)["prompt"] for line in lines]
    for tree in trees:
        for preferred in ranked(tree, []):
            yield digest(tree["text"]), preferred


def lengths(row):
    return len(row["chosen"][0]["content"]), len(row["rejected"][0]["content"])


def together(row):
    return sum(len(message["content"]) for message in row["prompt"]) + max(lengths(row))


def matched(pairs, tolerance):
    return [row for row in pairs if max(lengths(row)) <= (1 + tolerance) * min(lengths(row))]


def thumbs(pairs):
    for row in pairs:
        yield {"prompt": row["prompt"], "completion": row["chosen"], "label": True}
        yield {"prompt": row["prompt"], "completion": row["rejected"], "label": False}


def wilson(share, n):
    """95% interval of a share of n (Wilson 1927)."""
    z = 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def account(pairs):
    if not pairs:
        return "0 pairs"
    prompts = len({json.dumps(row["prompt"]) for row in pairs})
    longer = sum((a > b) + (a == b) / 2 for a, b in map(lengths, pairs)) / len(pairs)
    low, high = wilson(longer, len(pairs))
    return f"{len(pairs)} pairs, {prompts} prompts; the longer is chosen in {longer:.3f} [{low:.3f}, {high:.3f}]"


def write(path, rows, note):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"{path}: {note}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", choices=["hh", "finegrained", "oasst"])
    arguments.add_argument("file")
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--fold", type=int, choices=range(FOLDS), default=FOLDS - 1)
    arguments.add_argument("--characters", type=int, default=math.inf)
    arguments.add_argument("--passages", type=int, default=600)
    arguments.add_argument("--tolerance", type=float, default=0.1)
    options = arguments.parse_args()

    readers = {"hh": hh, "oasst": oasst, "finegrained": lambda path: finegrained(path, options.passages)}
    read = sorted(readers[options.data](options.file), key=lambda keyed: keyed[0])
    found = [(key, row) for key, row in read if row and together(row) <= options.characters]
    train = [row for key, row in found if fold(key) != options.fold]
    held_out = [row for key, row in found if fold(key) == options.fold]
    print(f"{len(read)} comparisons, {len(read) - len(found)} left out")
    options.out.mkdir(parents=True, exist_ok=True)
    write(options.out / "train.jsonl", train, account(train))
    write(options.out / "held-out.jsonl", held_out, account(held_out))
    if options.data == "hh":
        judged = list(thumbs(train))
        write(options.out / "thumbs.jsonl", judged, f"{len(judged)} judgements, half of them up")
    if options.data == "oasst":
        for name, pairs in (("held-out", held_out), ("all", train + held_out)):
            alike = matched(pairs, options.tolerance)
            write(options.out / f"{name}-matched.jsonl", alike, account(alike))


if __name__ == "__main__":
    main()
