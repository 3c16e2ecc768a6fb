"""Makes small random models of each family beside Llama and what transformers says about them, in fp32.

    python3 src/test/python/architectures.py src/test/resources/golden

`linear`: Llama with linear rope scaling.    `dynamic`: with the dynamic one, which does nothing within the window.
`mistral`: attention over a sliding window much shorter than the texts.
`qwen2`: biases on q, k and v only; weights in shards; a LoRA adapter on every linear layer.
`qwen3`: norms on each head, heads wider than hidden / heads; a LoRA adapter likewise.
`gpt2`: learned positions, norms with biases, fused and turned matrices.

Needs torch, transformers, peft, safetensors.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

COMMON = dict(
    vocab_size=64,
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    intermediate_size=48,
    max_position_embeddings=128,
    rms_norm_eps=1e-5,
)
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
RANDOM = dict(initializer_range=0.18, attn_implementation="eager")


def perturbed(net):
    """Norms and biases, which begin as ones and zeros, must be told from ones and zeros."""
    net = net.float().eval()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "norm" in name or "ln_" in name:
                parameter.add_(0.2 * torch.randn_like(parameter))
            elif name.endswith("bias"):
                parameter.add_(0.3 * torch.randn_like(parameter))
    return net


def write_config(folder, **fields):
    """As published models spell it, whatever the installed transformers writes."""
    folder.joinpath("config.json").write_text(json.dumps(fields, indent=2) + "\n")


def write_weights(net, folder, rename=lambda name: name):
    state = {rename(name): value.detach().contiguous() for name, value in net.state_dict().items()}
    if net.config.tie_word_embeddings:
        state = {name: value for name, value in state.items() if name != "lm_head.weight"}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})


def log_probs(logits, tokens):
    return torch.log_softmax(logits[:, :-1], -1).gather(-1, tokens[:, 1:, None])[..., 0]


def mean_states(net, tokens):
    """What an embedding is made of: the mean of the hidden states after the last norm, by text."""
    return net.base_model(tokens).last_hidden_state.mean(1).detach()


def golden(net, folder, tokens, more=()):
    with torch.no_grad():
        logits = net(tokens).logits
    results = {"tokens": tokens, "logits": logits, "logprobs": log_probs(logits, tokens), "means": mean_states(net, tokens)}
    save_file({**results, **dict(more)}, folder / "golden.safetensors")


def adapter(net, folder, tokens):
    """An adapter on all linear layers, its logits and its gradients."""
    lora = get_peft_model(net, LoraConfig(r=2, lora_alpha=3, target_modules=LINEAR, lora_dropout=0.0))
    with torch.no_grad():
        for name, parameter in lora.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.2 * torch.randn_like(parameter))
    lora.eval()
    logits = lora(tokens).logits
    (-log_probs(logits, tokens).mean()).backward()
    results = {"lora.logits": logits.detach(), "lora.means": mean_states(lora.get_base_model(), tokens)}
    matrices = {}
    for name, parameter in lora.named_parameters():
        if "lora_" in name:
            published = name.replace(".default", "")
            matrices[published] = parameter.detach().clone()
            results["grad." + published] = parameter.grad.clone()
    home = folder / "adapter"
    home.mkdir(exist_ok=True)
    save_file(matrices, home / "adapter_model.safetensors", metadata={"format": "pt"})
    home.joinpath("adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "r": 2, "lora_alpha": 3, "target_modules": LINEAR}, indent=2) + "\n"
    )
    return results


def scaled_llama(folder, tokens, kind):
    scaling = dict(rope_type=kind, factor=4.0)
    rope = dict(rope_theta=10000.0, **scaling)
    net = perturbed(LlamaForCausalLM(LlamaConfig(**COMMON, **RANDOM, rope_parameters=rope)))
    write_config(folder, model_type="llama", rope_theta=10000.0, rope_scaling=scaling, **COMMON)
    write_weights(net, folder)
    golden(net, folder, tokens)


def linear(folder, tokens):
    scaled_llama(folder, tokens, "linear")


def dynamic(folder, tokens):
    scaled_llama(folder, tokens, "dynamic")


def mistral(folder, tokens):
    net = perturbed(MistralForCausalLM(MistralConfig(**COMMON, **RANDOM, sliding_window=9)))
    write_config(folder, model_type="mistral", sliding_window=9, rope_theta=10000.0, **COMMON)
    write_weights(net, folder)
    golden(net, folder, tokens)


def qwen2(folder, tokens):
    rope = dict(rope_type="default", rope_theta=1000000.0)
    net = perturbed(Qwen2ForCausalLM(Qwen2Config(**COMMON, **RANDOM, rope_parameters=rope, tie_word_embeddings=True)))
    net.save_pretrained(folder, max_shard_size="24KB")
    folder.joinpath("generation_config.json").unlink()
    assert len(list(folder.glob("*.safetensors"))) > 2
    write_config(
        folder,
        model_type="qwen2",
        rope_theta=1000000.0,
        sliding_window=8,
        use_sliding_window=False,
        max_window_layers=1,
        tie_word_embeddings=True,
        **COMMON,
    )
    results = adapter(net, folder, tokens)
    golden(without_adapter(net), folder, tokens, results)


def qwen3(folder, tokens):
    rope = dict(rope_type="default", rope_theta=1000000.0)
    net = perturbed(Qwen3ForCausalLM(Qwen3Config(**COMMON, **RANDOM, head_dim=12, rope_parameters=rope)))
    write_config(
        folder,
        model_type="qwen3",
        head_dim=12,
        rope_theta=1000000.0,
        attention_bias=False,
        sliding_window=None,
        use_sliding_window=False,
        **COMMON,
    )
    write_weights(net, folder)
    results = adapter(net, folder, tokens)
    golden(without_adapter(net), folder, tokens, results)


def without_adapter(net):
    """PEFT puts its layers into the model itself; a matrix B of zeros takes their effect away."""
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "lora_B" in name:
                parameter.zero_()
    return net


def gpt2(folder, tokens):
    sizes = dict(vocab_size=64, n_embd=32, n_layer=2, n_head=4, n_positions=128)
    net = perturbed(GPT2LMHeadModel(GPT2Config(**sizes, **RANDOM)))
    write_config(folder, model_type="gpt2", activation_function="gelu_new", layer_norm_epsilon=1e-5, **sizes)
    # The first published GPT-2 has no prefix before its names.
    write_weights(net, folder, lambda name: name.removeprefix("transformer."))
    golden(net, folder, tokens)


def main():
    home = Path(sys.argv[1])
    tokens = torch.randint(0, 64, (3, 34), generator=torch.Generator().manual_seed(3))
    for make in (linear, dynamic, mistral, qwen2, qwen3, gpt2):
        torch.manual_seed(7)
        folder = home / make.__name__
        folder.mkdir(parents=True, exist_ok=True)
        make(folder, tokens)


if __name__ == "__main__":
    main()
