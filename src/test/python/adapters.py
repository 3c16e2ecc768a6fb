"""What PEFT and plain PyTorch make of the small models where more than a plain adapter is trained, in fp32.

    python3 src/test/python/adapters.py src/test/resources/golden

Needs the folders `plain` and `biased` that tiny_llama.py makes, and `qwen3` of architectures.py. Writes `adapters/`:
logits after the last token of rsLoRA and DoRA, gradients of DoRA, and losses of 10 steps of SFT by DoRA and of all
weights. AdamW at a constant rate after clipping; the loss of a step is the one before its update.

Needs torch, transformers, peft, safetensors.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from trajectories import ANSWERS, CLIP, batches, sft
from transformers import AutoModelForCausalLM

STEPS, RATE = 10, 1e-3
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")


def adapted(folder, **more):
    """The golden adapter in another kind of it. A new DoRA's magnitudes are the lengths of the changed rows."""
    torch.manual_seed(5)
    net = get_peft_model(load(folder), LoraConfig(r=2, lora_alpha=3, target_modules=LINEAR, **more))
    values = load_file(folder / "adapter" / "adapter_model.safetensors")
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "lora_A" in name or "lora_B" in name:
                parameter.copy_(values[name.replace(".default", "")])
    return net.eval()


def lengthen(net):
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "magnitude" in name:
                parameter.mul_(1 + 0.2 * torch.randn_like(parameter))


def trained(net, tokens):
    parameters = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0)
    optimizer.zero_grad()
    losses = []
    for batch in batches(ANSWERS, 4)[:STEPS]:
        loss = sft(net, None, tokens, batch)
        losses.append(loss.item())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimizer.step()
        optimizer.zero_grad()
    return losses


def main():
    home = Path(sys.argv[1])
    plain = home / "plain"
    tokens = load_file(plain / "golden.safetensors")["tokens"]
    out = {}
    with torch.no_grad():
        out["rslora.logits"] = adapted(plain, use_rslora=True)(tokens).logits[:, -1]
    dora = adapted(plain, use_dora=True)
    lengthen(dora)
    logits = dora(tokens).logits
    out["dora.logits"] = logits[:, -1].detach()
    log_probs = torch.log_softmax(logits[:, :-1], -1).gather(-1, tokens[:, 1:, None])
    (-log_probs.mean()).backward()
    for name, parameter in dora.named_parameters():
        if "lora_" in name:
            published = name.replace(".default", "")
            out["grad." + published] = parameter.grad.clone()
            if "magnitude" in name:
                out[published] = parameter.detach().clone()
    losses = {"dora": trained(dora, tokens)}
    for name in ("plain", "biased", "qwen3"):
        net = load(home / name)
        losses[name] = trained(net, tokens)
        out[name + ".norm"] = net.model.norm.weight.detach()
        out[name + ".k"] = net.model.layers[1].self_attn.k_proj.weight.detach()
        out[name + ".embedding"] = net.model.embed_tokens.weight.detach()
    folder = home / "adapters"
    folder.mkdir(exist_ok=True)
    save_file({k: v.contiguous().clone() for k, v in out.items()}, folder / "golden.safetensors")
    folder.joinpath("trajectories.json").write_text(json.dumps(losses, indent=1) + "\n")


if __name__ == "__main__":
    main()
