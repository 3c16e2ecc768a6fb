"""How long a chat waits for its first token, for instance while a round trains.

    first_token.py [--url http://127.0.0.1:8080] [--requests 20] [--pause 3]

One streamed question after the other, each different so that none is in a cache, with a pause between.
Prints seconds from the request to the first text, and from there tokens per second: medians, and the
slowest first token.
"""

import argparse
import json
import statistics
import time
import urllib.request

QUESTION = "I have {} apples and give {} of them away. Tell me in a few sentences what I could bake with the others."


def ask(url, number):
    body = {
        "model": "hone",
        "messages": [{"role": "user", "content": QUESTION.format(number + 5, number % 5)}],
        "stream": True,
        "max_tokens": 48,
        "store": False,
    }
    request = urllib.request.Request(
        url + "/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    start, times = time.monotonic(), []
    with urllib.request.urlopen(request, timeout=600) as answer:
        for line in answer:
            data = line.decode().strip().removeprefix("data: ")
            if data and data != "[DONE]" and json.loads(data)["choices"][0]["delta"].get("content"):
                times.append(time.monotonic())
    return times[0] - start, (len(times) - 1) / (times[-1] - times[0])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--url", default="http://127.0.0.1:8080")
    arguments.add_argument("--requests", type=int, default=20)
    arguments.add_argument("--pause", type=float, default=3)
    given = arguments.parse_args()
    first, rates = [], []
    for number in range(given.requests):
        seconds, rate = ask(given.url, number)
        first.append(seconds)
        rates.append(rate)
        time.sleep(given.pause)
    print(
        json.dumps(
            {
                "requests": len(first),
                "firstTokenSeconds": round(statistics.median(first), 2),
                "slowest": round(max(first), 2),
                "tokensPerSecond": round(statistics.median(rates), 1),
            }
        )
    )


main()
