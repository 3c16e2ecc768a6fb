"""A tiny GGUF model and what its import must give, for GgufImportTest.

    pip install gguf numpy
    python src/test/python/gguf_files.py

Quantising and dequantising is gguf-py's, the permutation of q and k rows is written out in numpy.
Writes src/test/resources/golden/tiny-llama.gguf and tiny-llama.json: by Hugging Face name, each
tensor's type, shape and the SHA-256 of its bytes.
"""

import hashlib
import json
import pathlib

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T
from gguf import quants

GOLDEN = pathlib.Path(__file__).parents[1] / "resources" / "golden"
HIDDEN, HEADS, KV_HEADS, HEAD, FEED_FORWARD, VOCABULARY = 64, 2, 1, 32, 96, 32
Q, K = "self_attn.q_proj", "self_attn.k_proj"


def permuted(rows, heads):
    """Hugging Face order to GGUF's: the halves of a head interleaved."""
    return rows.reshape(heads, 2, HEAD // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def restored(rows, heads):
    return rows.reshape(heads, HEAD // 2, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def bf16(values):
    bits = values.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def main():
    rng = np.random.default_rng(5)
    layer = "model.layers.0."
    tensors = [
        ("token_embd.weight", "model.embed_tokens.weight", (VOCABULARY, HIDDEN), T.Q8_0),
        ("blk.0.attn_norm.weight", layer + "input_layernorm.weight", (HIDDEN,), T.F32),
        ("blk.0.attn_q.weight", layer + Q + ".weight", (HEADS * HEAD, HIDDEN), T.Q4_1),
        ("blk.0.attn_q.bias", layer + Q + ".bias", (HEADS * HEAD,), T.F32),
        ("blk.0.attn_k.weight", layer + K + ".weight", (KV_HEADS * HEAD, HIDDEN), T.BF16),
        ("blk.0.attn_v.weight", layer + "self_attn.v_proj.weight", (KV_HEADS * HEAD, HIDDEN), T.F16),
        ("blk.0.attn_output.weight", layer + "self_attn.o_proj.weight", (HIDDEN, HEADS * HEAD), T.Q4_0),
        ("blk.0.ffn_norm.weight", layer + "post_attention_layernorm.weight", (HIDDEN,), T.F32),
        ("blk.0.ffn_gate.weight", layer + "mlp.gate_proj.weight", (FEED_FORWARD, HIDDEN), T.Q4_1),
        ("blk.0.ffn_up.weight", layer + "mlp.up_proj.weight", (FEED_FORWARD, HIDDEN), T.Q8_0),
        ("blk.0.ffn_down.weight", layer + "mlp.down_proj.weight", (HIDDEN, FEED_FORWARD), T.Q4_0),
        ("output_norm.weight", "model.norm.weight", (HIDDEN,), T.F32),
        ("output.weight", "lm_head.weight", (VOCABULARY, HIDDEN), T.F32),
    ]
    writer = gguf.GGUFWriter(str(GOLDEN / "tiny-llama.gguf"), "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(500000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    tokens = ["<|begin|>", "<|end|>", "<|turn|>", "<tool>"] + [chr(ord("a") + i) for i in range(26)] + ["ab", "abc"]
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3, 4] + [1] * 28)
    writer.add_token_merges(["a b", "ab c"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_eot_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_chat_template("{{ bos_token }}{{ messages[0].content }}<|turn|>")
    expected = {}
    for stored, name, shape, kind in tensors:
        values = rng.standard_normal(shape, dtype=np.float32)
        if len(shape) == 2:  # blocks of zeros and of equal weights
            values[0, :32] = 0
            values[0, 32:64] = -1.25
        heads = HEADS if Q in name else KV_HEADS if K in name else 0
        values = permuted(values, heads) if heads else values
        raw = {T.F32: lambda v: v, T.F16: lambda v: v.astype(np.float16), T.BF16: bf16}.get(
            kind, lambda v: quants.quantize(v, kind)
        )(values)
        writer.add_tensor(stored, raw, raw_dtype=kind)
        kept = raw if kind in (T.F32, T.F16, T.BF16) else quants.dequantize(raw, kind)
        kept = restored(kept, heads) if heads else kept
        dtype = kind.name if kind in (T.F16, T.BF16) else "F32"
        assert kept.shape == shape, name
        expected[name] = {
            "dtype": dtype,
            "shape": list(shape),
            "sha256": hashlib.sha256(np.ascontiguousarray(kept).tobytes()).hexdigest(),
        }
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in expected.items())
    (GOLDEN / "tiny-llama.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
