"""Gradients of one step of SFT, of SFT where others speak between, and of KTO on the small model by plain
PyTorch, in fp32.

    python3 src/test/python/gradients.py src/test/resources/golden

Needs the folder `plain` that tiny_llama.py makes. The policy is its model with its adapter, the reference its model
alone; every answer is run as a sequence of its own. KTO's good and bad answers weigh differently, and its reference
point is above 0.

Needs torch, transformers, peft, safetensors.
"""

import sys
from pathlib import Path

import torch
from dpo import small_model, span
from peft import PeftModel
from safetensors.torch import load_file, save_file
from trajectories import ANSWERS, kto, sft

DESIRABLE, UNDESIRABLE = 1.25, 1.5


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
    save_file(golden, home / "dpo" / "gradients.safetensors")


if __name__ == "__main__":
    main()
