"""Chats with a running server and votes by a rule that a program can check.

    vote.py [--url http://127.0.0.1:8080] [--prompts 160] [--answers 4] [--seed 1]
    vote.py --dry [--model VERSION] ...

Each prompt is a topic with one instruction about the form of the answer. Of the sampled answers, one
that obeys is preferred over one that does not (a comparison, sent to /api/feedback); where all obey
or none does, nobody votes. Prints, for each kind of instruction, how many answers obeyed.

Every third topic is never voted on: `--dry` asks about those alone, votes nothing and keeps nothing.
Run it with the same --seed on the version before the votes and on the one after to see how far what
was learnt carries.
"""

import argparse
import concurrent.futures
import json
import random
import re
import urllib.request

TOPICS = """why the sky is blue|how bread rises|what a computer does|why we sleep|how rain forms|what a library is for
how to boil an egg|what makes a good friend|why leaves fall|how a bicycle stays up|what the moon is|how to greet a guest
why exercise helps|what a budget is|how to plant a tree|why salt melts ice|what honey is|how a lock works
why people sing|how to fold a letter|what a map shows|why cats purr|how soap cleans|what a battery stores
how to thank someone|why the sea is salty|what a recipe is|how birds fly|why onions make us cry|what a museum keeps
how to tie a shoe|why we laugh|what electricity is|how tea is made|why bees matter|what a calendar is for
how glass is made|why metal rusts|what a novel is|how to clean a window|why the wind blows|what a bridge does
how to pack a suitcase|why children play|what a garden needs|how fish breathe|why milk turns sour|what a poem is
how to read a clock|why water freezes|what a teacher does|how a candle burns|why dogs bark|what a river is
how to save money|why we need vitamins|what a holiday is|how to make a list|why mirrors reflect|what a job interview is"""

KINDS = {
    "at most 25 words": (
        "Explain {} in at most 25 words.",
        lambda text: 0 < len(text.split()) <= 25,
    ),
    "one sentence": (
        "Tell me {} in exactly one sentence.",
        lambda text: len(re.findall(r"[.!?](?:\s|$)", text.strip())) == 1,
    ),
    "begin with 'Sure'": (
        "Explain {}. Begin your answer with the word Sure.",
        lambda text: re.match(r"\W*sure\b", text.strip(), re.IGNORECASE) is not None,
    ),
    "three bullet points": (
        "Describe {} as exactly three bullet points, each beginning with a dash.",
        lambda text: len(re.findall(r"^\s*[-*•]\s+\S", text, re.MULTILINE)) == 3,
    ),
}


def call(url, path, body):
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--url", default="http://127.0.0.1:8080")
    arguments.add_argument("--model", default="hone")
    arguments.add_argument("--prompts", type=int, default=160)
    arguments.add_argument("--answers", type=int, default=4)
    arguments.add_argument("--max-tokens", type=int, default=120)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--dry", action="store_true", help="ask about other topics, vote nothing, keep nothing")
    options = arguments.parse_args()
    chance = random.Random(options.seed)
    topics = [
        topic for number, topic in enumerate(TOPICS.replace("\n", "|").split("|")) if (number % 3 == 2) == options.dry
    ]
    prompts = [(kind, topic) for kind in KINDS for topic in topics]
    chance.shuffle(prompts)

    def ask(numbered):
        number, (kind, topic) = numbered
        wording, obeys = KINDS[kind]
        body = {
            "model": options.model,
            "messages": [{"role": "user", "content": wording.format(topic)}],
            "n": options.answers,
            "seed": options.seed * 100_000 + number,
            "temperature": 1.0,
            "max_completion_tokens": options.max_tokens,
            "store": not options.dry,
        }
        answer = call(options.url, "/v1/chat/completions", body)
        verdicts = [
            choice["finish_reason"] == "stop" and obeys(choice["message"]["content"]) for choice in answer["choices"]
        ]
        voted = False
        if not options.dry and any(verdicts) and not all(verdicts):
            turns = [f"{answer['id']}-{verdicts.index(True)}", f"{answer['id']}-{verdicts.index(False)}"]
            choice = chance.choice("ab")
            ordered = turns if choice == "a" else turns[::-1]
            call(options.url, "/api/feedback", {"kind": "comparison", "turns": ordered, "choice": choice})
            voted = True
        return kind, verdicts, voted, answer["model"]

    counts = {kind: [0, 0] for kind in KINDS}
    votes = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for kind, verdicts, voted, model in pool.map(ask, enumerate(prompts[: options.prompts])):
            counts[kind][0] += sum(verdicts)
            counts[kind][1] += len(verdicts)
            votes += voted
    for kind, (obeyed, all_answers) in counts.items():
        print(f"{kind}: {obeyed} of {all_answers} answers obeyed")
    obeyed, every = (sum(column) for column in zip(*counts.values()))
    print(json.dumps({"model": model, "answers": every, "obeyed": obeyed, "share": obeyed / every, "votes": votes}))


if __name__ == "__main__":
    main()
