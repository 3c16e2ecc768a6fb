"""What plain PyTorch says about reward models: the loss and its slopes in float64; on the small model, in
fp32, a head's values of each token, one step, and twenty steps.

    python3 src/test/python/reward.py src/test/resources/golden

Needs the folder `plain` that tiny_llama.py makes. The reward model is its model as a sequence classifier
with one label and its adapter; every answer is run as a sequence of its own. A step is one of AdamW on the
mean loss of the prompts, after clipping.

Needs torch, transformers, peft, safetensors.
"""

import json
import sys
from itertools import permutations
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from torch.nn.functional import logsigmoid
from transformers import LlamaConfig, LlamaForSequenceClassification

OPTIONS = dict(margin=0.25, labelSmoothing=0.05, centring=0.01)
RATE, DECAY, CLIP = 0.002, 0.05, 0.5
STEPS, BATCH = 20, 3
# Prompt, answers and their ratings; texts as spans of the golden tokens: (row, from, to).
RANKINGS = [
    ((0, 0, 10), [(0, 10, 34), (1, 20, 34)], [1, 0]),
    ((1, 0, 1), [(1, 1, 9), (2, 3, 4)], [0, 1]),
    ((2, 0, 20), [(2, 20, 33), (0, 30, 34), (1, 5, 9)], [0.5, 2, 0.5]),
    ((1, 4, 30), [(0, 0, 5), (2, 0, 6)], [1, 0]),
    ((0, 3, 12), [(1, 0, 4), (1, 4, 12), (2, 8, 20), (0, 20, 25)], [4, 3, 2, 1]),
    ((2, 1, 7), [(2, 7, 8), (0, 12, 30)], [0, 3]),
    ((1, 10, 16), [(1, 16, 34), (2, 22, 34), (0, 5, 8)], [1, 3, 2]),
]


def loss_of(rewards, ratings, margin, labelSmoothing, centring):
    losses = []
    for i, j in permutations(range(len(ratings)), 2):
        if ratings[i] > ratings[j]:
            h = rewards[i] - rewards[j] - margin * (ratings[i] - ratings[j])
            fit = -(1 - labelSmoothing) * logsigmoid(h) - labelSmoothing * logsigmoid(-h)
            losses.append(fit + centring * (rewards[i] + rewards[j]) ** 2)
    return torch.stack(losses).mean()


def loss_table():
    rows = []
    for margin, smoothing, centring in ((0, 0, 0), (0, 0, 0.01), (0.5, 0, 0), (0, 0.1, 0), (1.5, 0.2, 0.1)):
        for rewards, ratings in (
            ((0.3, 0.3), (1, 0)),
            ((1.25, -0.5), (1, 0)),
            ((1.25, -0.5), (0, 1)),
            ((900.0, -700.0), (1, 0)),
            ((-700.0, 900.0), (1, 0)),
            ((0.5, -1.0, 2.0), (1, 1, 3)),
            ((0.5, -1.0, 2.0, 0.1), (4, 3, 2, 1)),
        ):
            x = torch.tensor(rewards, dtype=torch.float64, requires_grad=True)
            loss = loss_of(x, ratings, margin, smoothing, centring)
            loss.backward()
            rows.append(
                dict(
                    margin=margin,
                    labelSmoothing=smoothing,
                    centring=centring,
                    rewards=list(rewards),
                    ratings=list(ratings),
                    loss=loss.item(),
                    slopes=x.grad.tolist(),
                )
            )
    return rows


def scorer(folder):
    """With an adapter and a head that can be trained."""
    fields = json.loads(folder.joinpath("config.json").read_text())
    theta = fields.pop("rope_theta")
    fields["rope_parameters"] = dict(rope_type="default", rope_theta=theta)
    net = LlamaForSequenceClassification(LlamaConfig(**fields, num_labels=1)).float().eval()
    missing = net.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    assert missing.missing_keys == ["score.weight"] and not missing.unexpected_keys
    with torch.no_grad():
        net.score.weight.copy_(0.2 * torch.randn(1, net.config.hidden_size, generator=torch.Generator().manual_seed(5)))
    net = PeftModel.from_pretrained(net, folder / "adapter", is_trainable=True)
    net.base_model.model.score.weight.requires_grad_(True)
    return net


def masters(net):
    named = {n.replace(".default", ""): p for n, p in net.named_parameters() if "lora_" in n}
    named["score.weight"] = net.base_model.model.score.weight
    return named


def values(net, prompt, answer):
    """Of the states before each of the answer's tokens, and of those at them."""
    inner = net.base_model.model
    ids = torch.cat([prompt, answer])[None]
    all_values = inner.score(inner.model(ids).last_hidden_state)[0, :, 0]
    return all_values[len(prompt) - 1 : -1], all_values[len(prompt) :]


def reward(net, prompt, answer):
    return net(torch.cat([prompt, answer])[None]).logits[0, 0]


def step_loss(net, batch):
    losses = [
        loss_of([reward(net, prompt, answer) for answer in answers], ratings, **OPTIONS)
        for prompt, answers, ratings in batch
    ]
    return torch.stack(losses).mean()


def step(home, rankings):
    net = scorer(home / "plain")
    golden = {}
    with torch.no_grad():
        both = [values(net, prompt, answer) for prompt, answers, _ in rankings for answer in answers]
        golden["values.before"] = torch.cat([before for before, _ in both])
        golden["values.at"] = torch.cat([at for _, at in both])
    loss = step_loss(net, rankings)
    loss.backward()
    golden["loss"] = loss.detach().reshape(1)
    for name, parameter in masters(net).items():
        golden["grad." + name] = parameter.grad.clone()
    parameters = list(masters(net).values())
    golden["norm"] = torch.nn.utils.clip_grad_norm_(parameters, CLIP).reshape(1)
    torch.optim.AdamW(parameters, lr=RATE, weight_decay=DECAY).step()
    for name, parameter in masters(net).items():
        golden["after." + name] = parameter.detach().clone()
    return golden


def trajectory(home, rankings):
    net = scorer(home / "plain")
    parameters = list(masters(net).values())
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=DECAY)
    losses = []
    for number in range(STEPS):
        loss = step_loss(net, [rankings[(number * BATCH + i) % len(rankings)] for i in range(BATCH)])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


def main():
    home = Path(sys.argv[1])
    target = home / "reward"
    target.mkdir(exist_ok=True)
    tokens = load_file(home / "plain" / "golden.safetensors")["tokens"]

    def span(where):
        row, start, end = where
        return tokens[row, start:end]

    rankings = [(span(prompt), [span(x) for x in answers], ratings) for prompt, answers, ratings in RANKINGS]
    target.joinpath("loss.json").write_text(json.dumps(loss_table(), indent=1) + "\n")
    save_file(step(home, rankings), target / "step.safetensors")
    head = scorer(home / "plain").base_model.model.score.weight.detach().clone()
    save_file({"score.weight": head}, target / "head.safetensors", metadata={"format": "pt"})
    model = dict(
        options=OPTIONS,
        rankings=[
            dict(prompt=prompt.tolist(), answers=[x.tolist() for x in answers], ratings=ratings)
            for prompt, answers, ratings in rankings
        ],
        batch=BATCH,
        losses=trajectory(home, rankings),
    )
    target.joinpath("training.json").write_text(json.dumps(model) + "\n")


if __name__ == "__main__":
    main()
