"""Splits a file of Anthropic's hh-rlhf once and for all, by its first human turn.

    split_hh.py FILE.jsonl.gz TRAIN.jsonl TEST.jsonl [--train-rows 1230] [--test-rows 493]

Conversations that begin with the same words land on the same side. TRAIN keeps the file's own form
(`hone import preferences --format hh`); TEST is TRL's conversational form
(`hone evaluate preferences --file`). The order is that of a hash, so both sides are random and the
same for everybody.
"""

import argparse
import gzip
import hashlib
import json
import re

TURN = re.compile(r"\n\n(Human|Assistant):")
ROLES = {"Human": "user", "Assistant": "assistant"}


def messages(transcript):
    parts = TURN.split(transcript)[1:]
    return [{"role": ROLES[who], "content": said.strip()} for who, said in zip(parts[::2], parts[1::2])]


def digest(text):
    """Of its words, in whatever case and however far apart."""
    return hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()


def group(row):
    return digest(messages(row["chosen"])[0]["content"])


def conversational(row):
    chosen, rejected = messages(row["chosen"]), messages(row["rejected"])
    return {"prompt": chosen[:-1], "chosen": chosen[-1:], "rejected": rejected[-1:]}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file")
    arguments.add_argument("train")
    arguments.add_argument("test")
    arguments.add_argument("--train-rows", type=int, default=1230)
    arguments.add_argument("--test-rows", type=int, default=493)
    options = arguments.parse_args()

    with gzip.open(options.file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    groups = {}
    for row in rows:
        groups.setdefault(group(row), []).append(row)
    ordered = [row for key in sorted(groups) for row in groups[key]]
    train = ordered[: options.train_rows]
    seen = {group(row) for row in train}
    test = [row for row in ordered[options.train_rows :] if group(row) not in seen][: options.test_rows]
    with open(options.train, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in train)
    with open(options.test, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(conversational(row), ensure_ascii=False) + "\n" for row in test)
    print(f"{len(rows)} rows, {len(groups)} first turns; {len(train)} to {options.train}, {len(test)} to {options.test}")


if __name__ == "__main__":
    main()
