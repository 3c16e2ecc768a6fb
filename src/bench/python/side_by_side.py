"""What versions answer to the same ten questions, greedily, as Markdown.

    side_by_side.py [--url http://127.0.0.1:8080] VERSION [VERSION ...]

VERSION is an id, `base` or `hone`.
"""

import argparse

from vote import call

QUESTIONS = [
    "How do I keep a fern alive indoors?",
    "My friend forgot my birthday. What should I say to her?",
    "Explain what a mortgage is to a teenager.",
    "Give me three ideas for a rainy afternoon with two small children.",
    "What is the difference between weather and climate?",
    "I cannot sleep before exams. What can I do?",
    "Write two lines of a poem about a lighthouse.",
    "How can I tell whether an egg is still good?",
    "Explain why the moon has phases in at most 25 words.",
    "Tell me how to thank a neighbour in exactly one sentence.",
]


def answer(url, model, question):
    body = {
        "model": model,
        "messages": [{"role": "user", "content": question}],
        "temperature": 0,
        "max_tokens": 120,
        "store": False,
    }
    choice = call(url, "/v1/chat/completions", body)["choices"][0]
    return choice["message"]["content"].strip() + (" [...]" if choice["finish_reason"] == "length" else "")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--url", default="http://127.0.0.1:8080")
    arguments.add_argument("versions", nargs="+", metavar="VERSION")
    given = arguments.parse_args()
    for number, question in enumerate(QUESTIONS, 1):
        print(f"{number}. **{question}**\n")
        for version in given.versions:
            text = " ".join(answer(given.url, version, question).split())
            print(f"   - `{version}`: {text}")
        print()


main()
