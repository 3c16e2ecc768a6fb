"""Loads an adapter that Hone wrote with transformers and PEFT, in fp32.

    mvn test -Dtest=PeftTest        # writes target/peft/small, fails where the golden differs
    python3 src/test/python/peft_logits.py golden src/test/resources/golden/plain target/peft/small

makes the golden adapter and its logits anew (then run the test again).

    mvn test -Dtest=RealVersionTest # writes target/peft/real
    python3 src/test/python/peft_logits.py check BASE target/peft/real/version target/peft/real/logits.json

loads a published version over its base, both Hugging Face folders, and compares the logits after the
last token with Hone's. Exit code 1 when they differ by more than 0.001.

Needs torch, transformers, peft, safetensors.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

FILES = ["adapter_config.json", "adapter_model.safetensors"]
TOLERANCE = 1e-3


def adapted(base, adapter):
    net = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, attn_implementation="eager")
    return PeftModel.from_pretrained(net, adapter).eval()


@torch.no_grad()
def golden(base, adapter):
    home = base / "published"
    home.mkdir(exist_ok=True)
    for file in FILES:
        shutil.copyfile(adapter / file, home / file)
    tokens = load_file(base / "golden.safetensors")["tokens"]
    save_file({"logits": adapted(base, home)(tokens).logits}, home / "logits.safetensors")


@torch.no_grad()
def check(base, version, computed):
    hone = json.loads(computed.read_text())
    theirs = adapted(base, version)(torch.tensor([hone["tokens"]])).logits[0, -1]
    ours = torch.tensor(hone["logits"])
    difference = (theirs - ours).abs().max().item()
    print(f"{len(hone['tokens'])} tokens, {len(ours)} logits, largest {theirs.abs().max().item():.2f}")
    print(f"max difference {difference:.2e}, same best token: {bool(theirs.argmax() == ours.argmax())}")
    sys.exit(0 if difference < TOLERANCE else 1)


if __name__ == "__main__":
    {"golden": golden, "check": check}[sys.argv[1]](*map(Path, sys.argv[2:]))
