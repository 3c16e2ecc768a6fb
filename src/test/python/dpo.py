"""What plain PyTorch says about the DPO family and KTO: losses and their slopes, those of tokens where length is to
count for less, and one step of DPO on the small model, in fp32.

    python3 src/test/python/dpo.py src/test/resources/golden

Needs the folder `plain` that tiny_llama.py makes. The policy is its model with its adapter, the
reference its model alone; every answer is run as a sequence of its own. One step of AdamW follows on
the mean loss of the pairs, after clipping.

Needs torch, transformers, peft, safetensors.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from torch.nn.functional import logsigmoid
from transformers import LlamaConfig, LlamaForCausalLM

BETA, SMOOTHING = 0.3, 0.1
RATE, DECAY, CLIP = 0.01, 0.05, 0.5
# Prompt, chosen and rejected as spans of the golden tokens: (row, from, to).
PAIRS = [
    ((0, 0, 10), (0, 10, 34), (1, 20, 34)),
    ((1, 0, 1), (1, 1, 9), (2, 3, 4)),
    ((2, 0, 20), (2, 20, 33), (0, 30, 34)),
    ((1, 4, 30), (0, 0, 5), (2, 0, 6)),
]


def terms(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta, smoothing):
    h = beta * ((policy_chosen - policy_rejected) - (reference_chosen - reference_rejected))
    return -(1 - smoothing) * logsigmoid(h) - smoothing * logsigmoid(-h)


def family(kind, pc, pr, rc, rr, beta, s, gamma):
    """Each as its paper has it. Where there is a reference, h is the difference of the log-ratios."""
    h = (pc - pr) - (rc - rr)
    if kind in ("SIGMOID", "SIGMOID_NORM"):
        return terms(pc, pr, rc, rr, beta, s)
    if kind == "ROBUST":
        return (-(1 - s) * logsigmoid(beta * h) + s * logsigmoid(-beta * h)) / (1 - 2 * s)
    if kind == "HINGE":
        return torch.relu(1 - beta * h)
    if kind == "IPO":
        return (h - 1 / (2 * beta)) ** 2
    if kind == "SIMPO":
        x = beta * (pc - pr) - gamma
        return -(1 - s) * logsigmoid(x) - s * logsigmoid(-x)
    odds = [p - torch.log1p(-torch.exp(p)) for p in (pc, pr)]
    return -pc - beta * logsigmoid(odds[0] - odds[1])


SUMS = (
    (-40.0, -55.0, -40.0, -55.0),
    (-38.5, -57.25, -40.0, -55.0),
    (-44.0, -50.0, -40.0, -55.0),
    (-10.0, -900.0, -500.0, -12.0),
    (-900.0, -10.0, -12.0, -500.0),
)
MEANS = ((-1.5, -1.75, -1.5, -1.75), (-1.25, -2.5, -1.5, -1.75), (-3.0, -0.5, -1.5, -1.75), (-0.01, -9.0, -0.5, -2.0))


def row(kind, numbers, beta, smoothing, gamma):
    x = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in numbers]
    loss = family(kind, *x, beta, smoothing, gamma)
    loss.backward()
    return dict(
        kind=kind,
        beta=beta,
        labelSmoothing=smoothing,
        targetMargin=gamma,
        logProbs=list(numbers),
        loss=loss.item(),
        chosenSlope=x[0].grad.item(),
        rejectedSlope=x[1].grad.item(),
    )


def loss_table():
    options = {
        "SIGMOID": (SUMS, ((0.1, 0.0, 0.0), (0.5, 0.0, 0.0), (0.1, 0.2, 0.0), (2.0, 0.01, 0.0))),
        "SIGMOID_NORM": (MEANS, ((2.0, 0.1, 0.0),)),
        "ROBUST": (SUMS, ((0.1, 0.0, 0.0), (0.1, 0.2, 0.0))),
        "HINGE": (SUMS, ((0.1, 0.0, 0.0), (0.03, 0.0, 0.0))),
        "IPO": (MEANS, ((0.1, 0.0, 0.0), (0.5, 0.0, 0.0))),
        "SIMPO": (MEANS, ((2.0, 0.0, 0.5), (2.0, 0.1, 1.5))),
        "ORPO": (MEANS, ((0.1, 0.0, 0.0), (1.0, 0.0, 0.0))),
    }
    return [
        row(kind, numbers, *option)
        for kind, (table, choices) in options.items()
        for option in choices
        for numbers in table
    ]


# Log-probabilities of the tokens of answers: chosen and rejected by the policy, then by the reference.
TOKENS = (
    ([-1.5, -0.25, -3.0], [-2.0, -0.5, -1.25, -4.5, -0.75], [-1.25, -0.5, -2.75], [-1.75, -0.75, -1.5, -4.0, -0.5]),
    ([-0.5, -2.5, -1.0, -0.125], [-3.5], [-0.75, -2.25, -1.5, -0.25], [-3.0]),
    ([-1.0, -2.0], [-0.25, -6.0], [-1.5, -1.75], [-0.5, -5.0]),
)


def length_table():
    """LD-DPO (Liu et al. 2024): tokens behind the shorter answer's end count `weight` times, in both networks."""
    rows = []
    for kind, beta, smoothing in (("SIGMOID", 0.1, 0.1), ("HINGE", 0.3, 0.0), ("ROBUST", 0.5, 0.2)):
        for weight in (0.0, 0.3, 1.0):
            for numbers in TOKENS:
                logs = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in numbers]
                common = min(len(logs[0]), len(logs[1]))
                scores = [x[:common].sum() + weight * x[common:].sum() for x in logs]
                loss = family(kind, *scores, beta, smoothing, 0.0)
                loss.backward()
                rows.append(
                    dict(
                        kind=kind,
                        beta=beta,
                        labelSmoothing=smoothing,
                        lengthWeight=weight,
                        policy=list(numbers[:2]),
                        reference=list(numbers[2:]),
                        loss=loss.item(),
                        slopes=[x.grad.tolist() for x in logs[:2]],
                    )
                )
    return rows


def kto_table():
    rows = []
    for beta, kl in ((0.1, 0.0), (0.1, 3.5), (0.7, 1.25)):
        for ratio in (-30.0, -1.0, 0.0, 2.5, 40.0):
            for good, weight in ((True, 1.0), (False, 1.5)):
                x = torch.tensor(ratio, dtype=torch.float64, requires_grad=True)
                side = x - kl if good else kl - x
                loss = weight * (1 - torch.sigmoid(beta * side))
                loss.backward()
                slope = x.grad.item()
                rows.append(dict(beta=beta, kl=kl, ratio=ratio, good=good, weight=weight, loss=loss.item(), slope=slope))
    return rows


def span(tokens, where):
    row, start, end = where
    return tokens[row, start:end]


def log_probs(net, prompt, answer):
    ids = torch.cat([prompt, answer])[None]
    logits = net(ids).logits[0, len(prompt) - 1 : -1]
    return torch.log_softmax(logits, -1).gather(-1, answer[:, None])[:, 0]


def log_prob(net, prompt, answer):
    return log_probs(net, prompt, answer).sum()


def small_model(folder):
    fields = json.loads(folder.joinpath("config.json").read_text())
    theta = fields.pop("rope_theta")
    fields["rope_parameters"] = dict(rope_type="default", rope_theta=theta)
    net = LlamaForCausalLM(LlamaConfig(**fields)).float().eval()
    missing = net.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    assert missing.missing_keys == ["lm_head.weight"] and not missing.unexpected_keys
    net.tie_weights()
    return net


def step(home):
    tokens = load_file(home / "plain" / "golden.safetensors")["tokens"]
    reference = small_model(home / "plain")
    policy = PeftModel.from_pretrained(small_model(home / "plain"), home / "plain" / "adapter", is_trainable=True)
    losses, log_probs = [], []
    for pair in PAIRS:
        prompt, chosen, rejected = (span(tokens, where) for where in pair)
        with torch.no_grad():
            expected = [log_prob(reference, prompt, answer) for answer in (chosen, rejected)]
        scored = [log_prob(policy, prompt, answer) for answer in (chosen, rejected)]
        losses.append(terms(*scored, *expected, BETA, SMOOTHING))
        log_probs.append(torch.stack([x.detach() for x in scored + expected]))
    loss = torch.stack(losses).mean()
    loss.backward()
    lora = {n.replace(".default", ""): p for n, p in policy.named_parameters() if "lora_" in n}
    golden = {"logProbs": torch.stack(log_probs), "loss": loss.detach().reshape(1)}
    for name, parameter in lora.items():
        golden["grad." + name] = parameter.grad.clone()
    norm = torch.nn.utils.clip_grad_norm_(list(lora.values()), CLIP)
    golden["norm"] = norm.reshape(1)
    torch.optim.AdamW(lora.values(), lr=RATE, weight_decay=DECAY).step()
    for name, parameter in lora.items():
        golden["after." + name] = parameter.detach().clone()
    return golden


def main():
    home = Path(sys.argv[1])
    target = home / "dpo"
    target.mkdir(exist_ok=True)
    target.joinpath("loss.json").write_text(json.dumps(loss_table(), indent=1) + "\n")
    target.joinpath("length.json").write_text(json.dumps(length_table(), indent=1) + "\n")
    target.joinpath("kto.json").write_text(json.dumps(kto_table(), indent=1) + "\n")
    save_file(step(home), target / "step.safetensors")


if __name__ == "__main__":
    main()
