"""Makes two small random models and what transformers and PEFT say about them, in fp32.

    python3 src/test/python/tiny_llama.py src/test/resources/golden

`plain`: grouped queries, tied embeddings, plain rope, f32 file, a LoRA adapter on every linear layer.
`biased`: its own output layer, biases everywhere, Llama 3's rope scaling, bf16 file.

Needs torch, transformers, peft, safetensors.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

COMMON = dict(
    vocab_size=64,
    hidden_size=32,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    intermediate_size=48,
    max_position_embeddings=128,
    rms_norm_eps=1e-5,
    initializer_range=0.18,
)
LLAMA3 = dict(
    rope_type="llama3",
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=32,
)
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def model(**more):
    torch.manual_seed(7)
    net = LlamaForCausalLM(LlamaConfig(**COMMON, **more)).float().eval()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "norm" in name:
                parameter.add_(0.2 * torch.randn_like(parameter))
            if name.endswith("bias"):
                parameter.add_(0.3 * torch.randn_like(parameter))
    return net


def log_probs(logits, tokens):
    return torch.log_softmax(logits[:, :-1], -1).gather(-1, tokens[:, 1:, None])[..., 0]


def config_of(net, folder, **more):
    """The fields as published models spell them, whatever the installed transformers writes."""
    kept = {k: v for k, v in COMMON.items() if k != "initializer_range"}
    folder.joinpath("config.json").write_text(
        json.dumps({"model_type": "llama", "hidden_act": "silu", **kept, **more}, indent=2) + "\n"
    )


def weights_of(net, folder, dtype):
    state = {k: v.detach().to(dtype).contiguous() for k, v in net.state_dict().items()}
    if net.config.tie_word_embeddings:
        del state["lm_head.weight"]
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})


def plain(folder, tokens):
    net = model(tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=10000.0))
    config_of(net, folder, tie_word_embeddings=True, rope_theta=10000.0)
    weights_of(net, folder, torch.float32)
    golden = {"tokens": tokens}
    with torch.no_grad():
        golden["logits"] = net(tokens).logits
        golden["logprobs"] = log_probs(golden["logits"], tokens)
    lora = get_peft_model(net, LoraConfig(r=2, lora_alpha=3, target_modules=LINEAR, lora_dropout=0.0))
    with torch.no_grad():
        for name, parameter in lora.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.2 * torch.randn_like(parameter))
    lora.eval()
    logits = lora(tokens).logits
    golden["lora.logits"] = logits.detach()
    (-log_probs(logits, tokens).mean()).backward()
    adapter = {}
    for name, parameter in lora.named_parameters():
        if "lora_" in name:
            published = name.replace(".default", "")
            adapter[published] = parameter.detach().clone()
            golden["grad." + published] = parameter.grad.clone()
    home = folder / "adapter"
    home.mkdir(exist_ok=True)
    save_file(adapter, home / "adapter_model.safetensors", metadata={"format": "pt"})
    home.joinpath("adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "r": 2, "lora_alpha": 3, "target_modules": LINEAR}, indent=2) + "\n"
    )
    save_file(golden, folder / "golden.safetensors")


def biased(folder, tokens):
    more = dict(attention_bias=True, mlp_bias=True, tie_word_embeddings=False)
    net = model(**more, rope_parameters=dict(rope_theta=500.0, **LLAMA3))
    config_of(net, folder, **more, rope_theta=500.0, rope_scaling=LLAMA3)
    weights_of(net, folder, torch.bfloat16)
    rounded = {k: v.to(torch.bfloat16).float() for k, v in net.state_dict().items()}
    net.load_state_dict(rounded)
    with torch.no_grad():
        logits = net(tokens).logits
    save_file(
        {"tokens": tokens, "logits": logits, "logprobs": log_probs(logits, tokens)},
        folder / "golden.safetensors",
    )


def main():
    home = Path(sys.argv[1])
    tokens = torch.randint(0, 64, (3, 34), generator=torch.Generator().manual_seed(3))
    for make in (plain, biased):
        folder = home / make.__name__
        folder.mkdir(parents=True, exist_ok=True)
        make(folder, tokens)


if __name__ == "__main__":
    main()
