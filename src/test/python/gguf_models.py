"""Small GGUF models of several architectures and types, and what transformers says about their weights.

    pip install gguf torch transformers
    python src/test/python/gguf_models.py src/test/resources/golden/gguf

Writes blocks.safetensors (random bytes of each quantised type, and gguf-py's reading of them) and per
model NAME.gguf with NAME.safetensors (tokens, logits). gguf-py does not make K-quants: their blocks are
random bytes under scales of a sensible size. The permutation of llama's q and k is written out in numpy.
"""

import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as T
from gguf import quants
from safetensors.numpy import save_file
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

VOCABULARY, CONTEXT = 32, 64
# Bytes at which a block's half-precision scales lie.
SCALES = {
    T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0],
    T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208],
}  # fmt: skip
K_QUANTS = (T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K)
LLAMA3 = dict(
    rope_type="llama3",
    factor=32.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=8192,
)


def random_blocks(rng, kind, rows, columns, deviation):
    """Random bytes, scaled so that the weights they stand for have that deviation."""
    size, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    raw = rng.integers(0, 256, (rows, columns // size, block_bytes), dtype=np.uint8)
    for spread in (1.0, None):
        if spread is None:
            spread = deviation / quants.dequantize(raw.reshape(rows, -1), kind).std()
            scales = [raw[..., at : at + 2].copy().view(np.float16) * np.float16(spread) for at in SCALES[kind]]
        else:
            scales = [rng.uniform(0.5, 1.5, raw.shape[:2] + (1,)).astype(np.float16) for _ in SCALES[kind]]
        for at, scale in zip(SCALES[kind], scales):
            raw[..., at : at + 2] = scale.astype(np.float16).view(np.uint8)
    return raw.reshape(rows, -1)


def stored(rng, kind, rows, columns, deviation):
    """Bytes as GGUF has them, and the weights that they are."""
    if kind in K_QUANTS:
        raw = random_blocks(rng, kind, rows, columns, deviation)
        return raw, quants.dequantize(raw, kind)
    values = (deviation * rng.standard_normal((rows, columns))).astype(np.float32)
    if kind == T.F32:
        return values, values
    if kind == T.F16:
        return values.astype(np.float16), values.astype(np.float16).astype(np.float32)
    raw = quants.quantize(values, kind)
    return raw, quants.dequantize(raw, kind)


def blocks(rng, home):
    arrays = {}
    for kind in SCALES:
        raw = random_blocks(rng, kind, 1, 4 * gguf.GGML_QUANT_SIZES[kind][0], 1.0)
        arrays[kind.name + ".bytes"] = raw[0]
        arrays[kind.name + ".values"] = quants.dequantize(raw, kind)[0]
    save_file(arrays, home / "blocks.safetensors")


class Model:
    """A GGUF file in the making, and a transformers model with the same weights."""

    def __init__(self, home, name, architecture, pre):
        self.home, self.name = home, name
        self.rng = np.random.default_rng(5)
        self.state = {}
        self.writer = writer = gguf.GGUFWriter(str(home / f"{name}.gguf"), architecture)
        writer.add_context_length(CONTEXT)
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(pre)
        tokens = ["<|begin|>", "<|end|>"] + [chr(ord("a") + i) for i in range(26)] + ["ab", "abc", "[PAD30]", "[PAD31]"]
        writer.add_token_list(tokens)
        writer.add_token_types([3, 3] + [1] * 28 + [5, 5])
        writer.add_token_merges(["a b", "ab c"])
        writer.add_eos_token_id(1)

    def matrix(self, stored_name, name, shape, kind, deviation=0.15, turned=False, heads=0):
        raw, values = stored(self.rng, kind, *shape, deviation)
        self.writer.add_tensor(stored_name, raw, raw_dtype=kind)
        if heads:  # llama's rows come with the halves of a head interleaved
            values = values.reshape(heads, -1, 2, shape[1]).swapaxes(1, 2).reshape(shape)
        self.state[name] = values.T if turned else values

    def vector(self, stored_name, name, size, mean=0.0):
        values = (mean + 0.2 * self.rng.standard_normal(size)).astype(np.float32)
        self.writer.add_tensor(stored_name, values)
        self.state[name] = values

    def finish(self, net):
        state = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in self.state.items()}
        missing, unexpected = net.load_state_dict(state, strict=False)
        assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
        net.tie_weights()
        for write in ("header", "kv_data", "tensors"):
            getattr(self.writer, f"write_{write}_to_file")()
        self.writer.close()
        tokens = torch.randint(0, VOCABULARY, (2, 40), generator=torch.Generator().manual_seed(3))
        with torch.no_grad():
            logits = net.float().eval()(tokens).logits
        save_file(
            {"tokens": tokens.numpy(), "logits": logits.numpy()}, self.home / f"{self.name}.safetensors"
        )


def llama_like(model, hidden, heads, kv_heads, head, feed_forward, kinds, biases=False, head_norms=False, permuted=False):
    writer = model.writer
    writer.add_embedding_length(hidden)
    writer.add_block_count(1)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_key_length(head)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(500000.0)
    layer = "model.layers.0."
    model.matrix("token_embd.weight", "model.embed_tokens.weight", (VOCABULARY, hidden), kinds["token"], 1.0)
    model.vector("output_norm.weight", "model.norm.weight", hidden, 1.0)
    model.vector("blk.0.attn_norm.weight", layer + "input_layernorm.weight", hidden, 1.0)
    model.vector("blk.0.ffn_norm.weight", layer + "post_attention_layernorm.weight", hidden, 1.0)
    for part, count in (("q", heads), ("k", kv_heads), ("v", kv_heads)):
        name = layer + f"self_attn.{part}_proj"
        swapped = count if permuted and part != "v" else 0
        model.matrix(f"blk.0.attn_{part}.weight", name + ".weight", (count * head, hidden), kinds[part], heads=swapped)
        if biases:
            model.vector(f"blk.0.attn_{part}.bias", name + ".bias", count * head)
        if head_norms and part != "v":
            model.vector(f"blk.0.attn_{part}_norm.weight", layer + f"self_attn.{part}_norm.weight", head, 1.0)
    model.matrix("blk.0.attn_output.weight", layer + "self_attn.o_proj.weight", (hidden, heads * head), kinds["o"])
    for part in ("gate", "up"):
        shape = (feed_forward, hidden)
        model.matrix(f"blk.0.ffn_{part}.weight", layer + f"mlp.{part}_proj.weight", shape, kinds[part])
    model.matrix("blk.0.ffn_down.weight", layer + "mlp.down_proj.weight", (hidden, feed_forward), kinds["down"])
    return dict(
        vocab_size=VOCABULARY,
        hidden_size=hidden,
        intermediate_size=feed_forward,
        num_hidden_layers=1,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        head_dim=head,
        max_position_embeddings=CONTEXT,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        attn_implementation="eager",
    )


def qwen3(home):
    """Every K-quant and both of five bits."""
    kinds = dict(
        token=T.Q6_K, q=T.Q4_K, k=T.Q5_K, v=T.Q6_K, o=T.Q5_0, gate=T.Q2_K, up=T.Q3_K, down=T.Q5_1
    )  # fmt: skip
    model = Model(home, "qwen3", "qwen3", "qwen2")
    sizes = llama_like(model, 256, 2, 1, 32, 64, kinds, head_norms=True)
    rope = dict(rope_type="default", rope_theta=500000.0)
    model.finish(Qwen3ForCausalLM(Qwen3Config(**sizes, rope_parameters=rope)))


def qwen2(home):
    kinds = dict.fromkeys(("token", "q", "k", "v", "o", "gate", "up", "down"), T.Q8_0)
    model = Model(home, "qwen2", "qwen2", "qwen2")
    sizes = llama_like(model, 64, 4, 2, 16, 96, kinds, biases=True)
    rope = dict(rope_type="default", rope_theta=500000.0)
    model.finish(Qwen2ForCausalLM(Qwen2Config(**sizes, rope_parameters=rope)))


def llama3_factors(radians_inverse):
    """By how much each pair of dimensions is slowed, from the positions it takes for one radian."""
    turns = LLAMA3["original_max_position_embeddings"] / (2 * np.pi * radians_inverse)
    low, high, factor = (LLAMA3[key] for key in ("low_freq_factor", "high_freq_factor", "factor"))
    smooth = np.clip((turns - low) / (high - low), 0, 1)
    return np.where(smooth == 0, factor, np.where(smooth == 1, 1, 1 / ((1 - smooth) / factor + smooth)))


def llama3(home):
    """Rope scaled as Llama 3.2's is, of which the file keeps a factor for each pair of dimensions."""
    kinds = dict.fromkeys(("token", "q", "k", "v", "o", "gate", "up", "down"), T.F16)
    model = Model(home, "llama3", "llama", "llama-bpe")
    sizes = llama_like(model, 64, 2, 1, 32, 64, kinds, permuted=True)
    net = LlamaForCausalLM(LlamaConfig(**sizes, rope_parameters=dict(rope_theta=500000.0, **LLAMA3)))
    factors = llama3_factors(500000.0 ** (np.arange(0, 32, 2) / 32))
    applied = 500000.0 ** -(np.arange(0, 32, 2) / 32) / factors
    assert np.allclose(applied, net.model.rotary_emb.inv_freq.numpy(), rtol=1e-5)
    assert factors.max() == 32 and factors.min() == 1 and ((factors > 1.1) & (factors < 31)).any()
    model.writer.add_tensor("rope_freqs.weight", factors.astype(np.float32))
    model.finish(net)


def gpt2(home):
    model = Model(home, "gpt2", "gpt2", "gpt-2")
    hidden = 64
    writer = model.writer
    writer.add_embedding_length(hidden)
    writer.add_block_count(1)
    writer.add_feed_forward_length(4 * hidden)
    writer.add_head_count(4)
    writer.add_layer_norm_eps(1e-5)
    model.matrix("token_embd.weight", "transformer.wte.weight", (VOCABULARY, hidden), T.Q8_0, 1.0)
    model.matrix("position_embd.weight", "transformer.wpe.weight", (CONTEXT, hidden), T.F32, 0.3)
    layer = "transformer.h.0."
    for stored_name, name, mean in (
        ("output_norm", "transformer.ln_f", 1.0),
        ("blk.0.attn_norm", layer + "ln_1", 1.0),
        ("blk.0.ffn_norm", layer + "ln_2", 1.0),
    ):
        model.vector(stored_name + ".weight", name + ".weight", hidden, mean)
        model.vector(stored_name + ".bias", name + ".bias", hidden)
    for stored_name, name, shape, kind in (
        ("attn_qkv", "attn.c_attn", (3 * hidden, hidden), T.Q5_1),
        ("attn_output", "attn.c_proj", (hidden, hidden), T.F16),
        ("ffn_up", "mlp.c_fc", (4 * hidden, hidden), T.Q8_0),
        ("ffn_down", "mlp.c_proj", (hidden, 4 * hidden), T.Q4_K),
    ):
        model.matrix(f"blk.0.{stored_name}.weight", f"{layer}{name}.weight", shape, kind, turned=True)
        model.vector(f"blk.0.{stored_name}.bias", f"{layer}{name}.bias", shape[0])
    sizes = dict(vocab_size=VOCABULARY, n_embd=hidden, n_layer=1, n_head=4, n_positions=CONTEXT)
    model.finish(GPT2LMHeadModel(GPT2Config(**sizes, attn_implementation="eager")))


def main():
    home = Path(sys.argv[1])
    home.mkdir(parents=True, exist_ok=True)
    blocks(np.random.default_rng(9), home)
    for make in (qwen2, qwen3, llama3, gpt2):
        make(home)


if __name__ == "__main__":
    main()
