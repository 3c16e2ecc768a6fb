"""Losses of 20 steps of DPO, KTO and SFT on the small model by plain PyTorch, in fp32, and what KTO and SFT tell of
their tokens.

    python3 src/test/python/trajectories.py src/test/resources/golden

Needs the folder `plain` that tiny_llama.py makes. Each starts at its adapter; the reference is the adapter as it
was. AdamW at a constant rate after clipping; the loss of a step is the one before its update.

Needs torch, transformers, peft, safetensors.
"""

import json
import sys
from pathlib import Path

import torch
from dpo import log_prob, small_model, span, terms
from peft import PeftModel
from safetensors.torch import load_file

STEPS, RATE, CLIP, BETA = 20, 1e-3, 1.0, 0.3
PAIRS = [
    ((0, 0, 10), (0, 10, 34), (1, 20, 34)),
    ((1, 0, 1), (1, 1, 9), (2, 3, 4)),
    ((2, 0, 20), (2, 20, 33), (0, 30, 34)),
    ((1, 4, 30), (0, 0, 5), (2, 0, 6)),
]
# Prompt, answer, whether it was found good.
ANSWERS = [
    ((0, 0, 10), (0, 10, 30), True),
    ((1, 0, 3), (1, 3, 9), False),
    ((2, 0, 20), (2, 20, 33), True),
    ((1, 4, 30), (0, 0, 5), True),
    ((2, 5, 9), (1, 10, 22), False),
    ((0, 3, 4), (2, 0, 8), False),
]


def batches(examples, size):
    """The examples again and again, `size` a step."""
    return [[examples[(step * size + i) % len(examples)] for i in range(size)] for step in range(STEPS)]


def dpo(policy, reference, tokens, batch):
    losses = []
    for prompt, chosen, rejected in batch:
        prompt = span(tokens, prompt)
        answers = [span(tokens, where) for where in (chosen, rejected)]
        with torch.no_grad():
            expected = [log_prob(reference, prompt, answer) for answer in answers]
        losses.append(terms(*[log_prob(policy, prompt, answer) for answer in answers], *expected, BETA, 0.1))
    return torch.stack(losses).mean()


def ratio(policy, reference, prompt, answer):
    with torch.no_grad():
        expected = log_prob(reference, prompt, answer)
    return log_prob(policy, prompt, answer) - expected


def kto(policy, reference, tokens, batch, desirable=1.0, undesirable=1.0):
    texts = [(span(tokens, prompt), span(tokens, answer)) for prompt, answer, _ in batch]
    with torch.no_grad():
        others = [ratio(policy, reference, texts[i][0], texts[(i + 1) % len(texts)][1]) for i in range(len(texts))]
        kl = torch.stack(others).mean().clamp(min=0)
    losses = []
    for (prompt, answer), (_, _, good) in zip(texts, batch):
        side = ratio(policy, reference, prompt, answer) - kl
        weight = desirable if good else undesirable
        losses.append(weight * (1 - torch.sigmoid(BETA * (side if good else -side))))
    return torch.stack(losses).mean()


def sft(policy, _, tokens, batch):
    texts = [(span(tokens, prompt), span(tokens, answer)) for prompt, answer, _ in batch]
    total = sum(log_prob(policy, prompt, answer) for prompt, answer in texts)
    return -total / sum(len(answer) for _, answer in texts)


def of_tokens(policy, tokens, batch):
    """Entropy in nats and share of tokens that are the likeliest, over all of the answers."""
    entropies, hits = [], []
    for prompt, answer in [(span(tokens, prompt), span(tokens, answer)) for prompt, answer, _ in batch]:
        with torch.no_grad():
            logits = policy(torch.cat([prompt, answer])[None]).logits[0, len(prompt) - 1 : -1]
        entropies.append(torch.distributions.Categorical(logits=logits).entropy())
        hits.append(logits.argmax(-1) == answer)
    return {"entropy": torch.cat(entropies).mean().item(), "mean_token_accuracy": torch.cat(hits).float().mean().item()}


def trajectory(home, loss_of, batch_list, told=lambda *_: {}):
    tokens = load_file(home / "plain" / "golden.safetensors")["tokens"]
    adapter = home / "plain" / "adapter"
    policy = PeftModel.from_pretrained(small_model(home / "plain"), adapter, is_trainable=True)
    reference = PeftModel.from_pretrained(small_model(home / "plain"), adapter)
    lora = [p for n, p in policy.named_parameters() if "lora_" in n]
    optimizer = torch.optim.AdamW(lora, lr=RATE, weight_decay=0)
    steps = []
    for batch in batch_list:
        loss = loss_of(policy, reference, tokens, batch)
        steps.append({"loss": loss.item(), **told(policy, tokens, batch)})
        loss.backward()
        torch.nn.utils.clip_grad_norm_(lora, CLIP)
        optimizer.step()
        optimizer.zero_grad()
    return steps


def main():
    home = Path(sys.argv[1])
    golden = {
        "dpo": trajectory(home, dpo, batches(PAIRS, 2)),
        "kto": trajectory(home, kto, batches(ANSWERS, 4), lambda *step: {"entropy": of_tokens(*step)["entropy"]}),
        "sft": trajectory(home, sft, batches(ANSWERS, 4), of_tokens),
    }
    home.joinpath("dpo", "trajectories.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
