"""Writes tasks whose answers a program can check: a subject and one instruction of IFEval's kinds each.

    constraint_tasks.py OUT [--seed 0]

Writes OUT/train.jsonl and OUT/held-out.jsonl (docs/algorithms/verifiable.md has the form). A fifth of the subjects is
held out with all their tasks, so that no subject stands on both sides; the instructions are the same on both.
"""

import argparse
import json
import pathlib
import random

SUBJECTS = """
tea bread rivers bicycles winter owls bridges libraries chess violins gardens honey trains mountains rain maps
lighthouses sleep clocks cheese whales kites markets candles deserts ferries museums soup islands paper pianos
apples windmills foxes glaciers lemons theatres ants copper volcanoes letters swimming stars salt canals cats
poetry harbours mushrooms mirrors hiking radio oranges castles snow spiders coffee songs pottery valleys
tunnels gloves rabbits oceans bells farms cinemas rice umbrellas forests kitchens eagles marathons silk
telescopes stairs wool schools onions lakes drums moonlight balconies ladders turtles pepper festivals
carpets beaches crows buttons airports tomatoes statues wells thunder pencils dolphins
""".split()

OPENINGS = [
    "Tell me something about {}.",
    "Write a sentence or two about {}.",
    "Why do people like {}?",
    "Describe {} to a child.",
]

INSTRUCTIONS = [
    ("Use small letters only, no capital letter at all.", {"check": "letters", "capitals": False}),
    ("Answer in capital letters only.", {"check": "letters", "capitals": True}),
    ("Do not use any comma.", {"check": "occurrences", "text": ",", "relation": "less_than", "count": 1}),
    ("Put your whole answer between double quotation marks.", {"check": "quoted"}),
    ("End with the words: Is there anything else?", {"check": "ends", "text": "Is there anything else?"}),
    ("Begin with the words: My answer is", {"check": "begins", "text": "My answer is"}),
    ("Answer in fewer than 15 words.", {"check": "count", "of": "words", "relation": "less_than", "count": 15}),
    ("Answer with exactly 2 bullet points, each a line that begins with *.",
     {"check": "count", "of": "bullets", "relation": "exactly", "count": 2}),
    ("Give it a title in double angular brackets, such as <<a title>>.",
     {"check": "count", "of": "titles", "relation": "at_least", "count": 1}),
    ("Use the words morning and friend.", {"check": "contains", "texts": ["morning", "friend"]}),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    draw = random.Random(args.seed)
    subjects = SUBJECTS[:]
    draw.shuffle(subjects)
    fifth = len(subjects) // 5
    args.out.mkdir(parents=True, exist_ok=True)
    for name, some in (("held-out", subjects[:fifth]), ("train", subjects[fifth:])):
        tasks = []
        for subject in some:
            for words, check in INSTRUCTIONS:
                prompt = f"{draw.choice(OPENINGS).format(subject)} {words}"
                tasks.append({"prompt": prompt, "checks": [check]})
        draw.shuffle(tasks)
        with (args.out / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(task) + "\n" for task in tasks)
        print(f"{name}: {len(tasks)} tasks, {len(some)} subjects")


if __name__ == "__main__":
    main()
