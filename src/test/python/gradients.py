"""Gradients of one step of SFT, of SFT where others speak between, of KTO and of every member of the DPO family on
the small model by plain PyTorch, in fp32.

    python3 src/test/python/gradients.py src/test/resources/golden

Needs the folder `plain` that tiny_llama.py makes. The policy is its model with its adapter, the reference its model
alone; every answer is run as a sequence of its own. KTO's good and bad answers weigh differently, and its reference
point is above 0.

Needs torch, transformers, peft, safetensors.
"""

import sys
from pathlib import Path

import torch
from dpo import PAIRS, family, log_probs, small_model, span
from peft import PeftModel
from safetensors.torch import load_file, save_file
from trajectories import ANSWERS, kto, sft

DESIRABLE, UNDESIRABLE = 1.25, 1.5
# Kind, beta, label smoothing, target margin, weight of the tokens by which an answer is longer.
FAMILY = {
    "sigmoid_norm": ("SIGMOID_NORM", 2.0, 0.1, 0.0, 1.0),
    "hinge": ("HINGE", 0.3, 0.0, 0.0, 1.0),
    "ipo": ("IPO", 0.3, 0.0, 0.0, 1.0),
    "robust": ("ROBUST", 0.3, 0.1, 0.0, 1.0),
    "simpo": ("SIMPO", 2.0, 0.1, 0.5, 1.0),
    "orpo": ("ORPO", 0.1, 0.0, 0.0, 1.0),
    "length": ("SIGMOID", 0.3, 0.1, 0.0, 0.3),
}
MEANS = ("SIGMOID_NORM", "IPO", "SIMPO", "ORPO")


def sft_of_turns(policy, _, tokens):
    """Every third token, from the second on, is somebody else's: read, and not learnt."""
    total, count = 0, 0
    for prompt, answer, _ in ANSWERS:
        prompt, answer = span(tokens, prompt), span(tokens, answer)
        logits = policy(torch.cat([prompt, answer])[None]).logits[0, len(prompt) - 1 : -1]
        learnt = torch.arange(len(answer)) % 3 != 1
        total = total + logits.log_softmax(-1).gather(1, answer[:, None])[learnt].sum()
        count += int(learnt.sum())
    return -total / count


def scores(net, prompt, answers, kind, weight):
    """Of both answers: means over their tokens, or sums in which what one has more than the other counts less."""
    common = min(len(answer) for answer in answers)
    logs = [log_probs(net, prompt, answer) for answer in answers]
    if kind in MEANS:
        return [log.mean() for log in logs]
    return [log[:common].sum() + weight * log[common:].sum() for log in logs]


def of_family(kind, beta, smoothing, margin, weight):
    def loss_of(policy, reference, tokens):
        losses = []
        for pair in PAIRS:
            prompt, *answers = (span(tokens, where) for where in pair)
            with torch.no_grad():
                expected = scores(reference, prompt, answers, kind, weight)
            own = scores(policy, prompt, answers, kind, weight)
            losses.append(family(kind, *own, *expected, beta, smoothing, margin))
        return torch.stack(losses).mean()

    return loss_of


def gradients(home, name, loss_of):
    tokens = load_file(home / "plain" / "golden.safetensors")["tokens"]
    reference = small_model(home / "plain")
    policy = PeftModel.from_pretrained(small_model(home / "plain"), home / "plain" / "adapter", is_trainable=True)
    loss = loss_of(policy, reference, tokens)
    loss.backward()
    golden = {name + ".loss": loss.detach().reshape(1)}
    for parameter_name, parameter in policy.named_parameters():
        if "lora_" in parameter_name:
            golden[f"{name}.grad.{parameter_name.replace('.default', '')}"] = parameter.grad.clone()
    return golden


def main():
    home = Path(sys.argv[1])
    golden = gradients(home, "sft", lambda *networks: sft(*networks, ANSWERS))
    golden |= gradients(home, "turns", sft_of_turns)
    golden |= gradients(home, "kto", lambda *networks: kto(*networks, ANSWERS[1:5], DESIRABLE, UNDESIRABLE))
    for name, options in FAMILY.items():
        golden |= gradients(home, name, of_family(*options))
    save_file(golden, home / "dpo" / "gradients.safetensors")


if __name__ == "__main__":
    main()
