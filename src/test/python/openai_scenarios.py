"""Runs the scenarios of src/test/resources/openai with OpenAI's own Python client.

usage: python openai_scenarios.py SCENARIOS BASE_URL        (needs the package openai)
"""

import json
import sys

import openai

ERRORS = {400: openai.BadRequestError, 404: openai.NotFoundError}


def main(scenarios, url):
    client = openai.OpenAI(base_url=url, api_key="any", max_retries=0)
    kept = {}
    failed = 0
    for scenario in json.load(open(scenarios)):
        try:
            run(client, scenario, kept)
            print("ok   ", scenario["name"])
        except Exception as e:
            failed += 1
            print("FAILED", scenario["name"], type(e).__name__, e)
    return failed


def run(client, scenario, kept):
    raises = scenario.get("raises")
    if raises is None:
        result = call(client, scenario, kept)
    else:
        try:
            call(client, scenario, kept)
        except ERRORS[raises["status"]] as e:
            assert (e.code, e.param) == (raises["code"], raises["param"]), (e.code, e.param)
            return
        raise AssertionError("nothing was raised")
    for expected in scenario.get("expect", []):
        check(result, expected)
    if "keep" in scenario:
        kept["$" + scenario["keep"]] = result["id"]


def call(client, scenario, kept):
    params = {k: kept.get(v, v) if isinstance(v, str) else v for k, v in scenario.get("params", {}).items()}
    id = kept.get(scenario.get("id"), scenario.get("id"))
    match scenario["call"]:
        case "chat":
            made = client.chat.completions.create(**params)
        case "completions":
            made = client.completions.create(**params)
        case "embeddings":
            made = client.embeddings.create(**params)
        case "responses":
            made = client.responses.create(**params)
        case "responses.retrieve":
            made = client.responses.retrieve(id)
        case "responses.delete":
            made = client.responses.delete(id)
        case "models":
            return {"data": [model.model_dump() for model in client.models.list()]}
        case "models.retrieve":
            made = client.models.retrieve(id)
        case other:
            raise ValueError(other)
    if params.get("stream"):
        with made:
            return folded(made, scenario.get("leave", False))
    return made.model_dump() if made is not None else {}


def folded(events, leave):
    """What a stream adds up to: text, calls, finish, usage, tokens with log-probabilities, types of events."""
    whole = {"text": "", "called": "", "finish": None, "usage": None, "tokens": [], "types": []}
    for event in events:
        e = event.model_dump()
        if "type" in e:
            whole["types"].append(e["type"])
            whole["finish"] = e["type"]
            if e["type"] == "response.output_text.delta":
                whole["text"] += e["delta"]
        for choice in e.get("choices", []):
            delta = choice.get("delta") or {}
            whole["text"] += delta.get("content") or choice.get("text") or ""
            for call in delta.get("tool_calls") or []:
                function = call["function"]
                whole["called"] += (function.get("name") or "") + (function.get("arguments") or "")
            whole["finish"] = choice["finish_reason"] or whole["finish"]
            whole["tokens"] += (choice.get("logprobs") or {}).get("content") or []
        whole["usage"] = e.get("usage") or whole["usage"]
        if leave and whole["text"]:
            break
    return whole


def check(result, expected):
    value = at(result, expected["at"])
    for op, wanted in expected.items():
        match op:
            case "at":
                continue
            case "is":
                holds = value == wanted
            case "one_of":
                holds = value in wanted
            case "size":
                holds = len(value) == wanted
            case "not_empty":
                holds = bool(value)
            case "lacks":
                holds = wanted not in value
            case "sum":
                holds = value == sum(at(result, path) for path in wanted)
            case _:
                raise ValueError(op)
        assert holds, (expected, value)


def at(value, path):
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
