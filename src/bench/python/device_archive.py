"""Runs the network's archive, as Hone writes it, in PyTorch on a GPU: is it right there, and how fast.

    device_archive.py MODEL_FOLDER F32_ARCHIVE BF16_ARCHIVE [--gguf FILE] [--device cuda]

The archives come from `dev.hone.model.WriteArchive` (src/test/java): the program that the server
compiles, without operators that only a CPU has. Logits of a prefill and of a decode step are compared
with the f32 archive on the CPU; then prefill and decoding are timed, medians of 20 after 3 (256
positions filled, a cache of f32). Prints one JSON object. Needs torch, transformers and, for --gguf, gguf.
"""

import argparse
import json
import statistics
import time

import torch
from transformers import AutoConfig, AutoModelForCausalLM


def read(options):
    """The weights in the order in which the archive takes them: (w, p), f32 on the CPU."""
    extra = {"gguf_file": options.gguf} if options.gguf else {}
    config = AutoConfig.from_pretrained(options.model, **extra)
    state = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32, **extra).state_dict()
    size = config.hidden_size // config.num_attention_heads
    theta = config.rope_parameters["rope_theta"]
    angles = torch.outer(torch.arange(4096).double(), theta ** (-torch.arange(0, size, 2).double() / size)).float()
    cos, sin = angles.cos(), angles.sin()
    width = config.hidden_size
    w = [state["model.embed_tokens.weight"], state["model.norm.weight"] * width**0.5]
    w += [torch.cat([cos, cos], 1), torch.cat([-sin, sin], 1)]
    p = []
    for block in range(config.num_hidden_layers):

        def part(name, at=f"model.layers.{block}."):
            return state[at + name + ".weight"]

        w += [part(name) * width**0.5 for name in ("input_layernorm", "post_attention_layernorm")]
        p.append(torch.cat([part("self_attn." + name + "_proj") for name in "qkv"]))
        p.append(part("self_attn.o_proj"))
        p.append(torch.cat([part("mlp.gate_proj"), part("mlp.up_proj")]))
        p.append(part("mlp.down_proj"))
    p.append(state["lm_head.weight"])
    w.append(torch.tensor([(width * config.rms_norm_eps) ** 0.5]))
    return config, w, p


class Runner:
    def __init__(self, archive, config, w, p, dtype, device):
        self.script = torch.jit.load(archive, map_location=device)
        self.config, self.device = config, device
        self.w = [x.to(device) for x in w]
        self.p = [x.to(device, dtype) for x in p]

    def cache(self, slots, positions):
        config = self.config
        heads, size = config.num_key_value_heads, config.hidden_size // config.num_attention_heads
        layers = range(config.num_hidden_layers)
        self.keys = [torch.zeros(slots, heads, size, positions, device=self.device) for _ in layers]
        self.values = [torch.zeros(slots, heads, positions, size, device=self.device) for _ in layers]

    def prefill(self, tokens):
        n = len(tokens)
        positions = torch.arange(n, device=self.device)
        last = torch.tensor([n - 1], device=self.device)
        return self.script.step(
            self.w, self.p, [], self.keys, self.values, tokens.to(self.device), positions, 0, 1, [0, 0, n], last)

    def decode(self, tokens, positions, length):
        tokens, positions = tokens.to(self.device), positions.to(self.device)
        return self.script.decode(self.w, self.p, [], self.keys, self.values, tokens, positions, length)

    def sync(self):
        if self.device != "cpu":
            torch.cuda.synchronize()

    def seconds(self, work):
        times = []
        for _ in range(23):
            self.sync()
            start = time.perf_counter()
            work()
            self.sync()
            times.append(time.perf_counter() - start)
        return statistics.median(times[3:])


def logits(runner, tokens):
    runner.cache(1, 128)
    first = runner.prefill(tokens[:100])
    second = runner.decode(tokens[100:101], torch.tensor([100]), 101)
    return torch.cat([first, second]).float().cpu()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model")
    arguments.add_argument("f32")
    arguments.add_argument("bf16")
    arguments.add_argument("--gguf")
    arguments.add_argument("--device", default="cuda")
    options = arguments.parse_args()
    torch._C._jit_set_profiling_executor(False)
    config, w, p = read(options)
    tokens = torch.arange(4096) * 31 % config.vocab_size
    report = {"torch": torch.__version__}
    if options.device != "cpu":
        report["device"] = torch.cuda.get_device_name()
    with torch.inference_mode():
        exact = logits(Runner(options.f32, config, w, p, torch.float32, "cpu"), tokens)
        for name, archive, dtype in (("f32", options.f32, torch.float32), ("bf16", options.bf16, torch.bfloat16)):
            runner = Runner(archive, config, w, p, dtype, options.device)
            here = logits(runner, tokens)
            row = {
                "maxLogitError": (here - exact).abs().max().item(),
                "maxLogit": exact.abs().max().item(),
                "sameBest": bool((here.argmax(1) == exact.argmax(1)).all()),
            }
            for length in (512, 2048):
                runner.cache(1, length)
                row[f"prefill{length}"] = round(length / runner.seconds(lambda: runner.prefill(tokens[:length])), 1)
            for batch in (1, 16, 64):
                runner.cache(batch, 257)
                at = torch.full((batch,), 256)
                row[f"decode{batch}"] = round(
                    batch / runner.seconds(lambda: runner.decode(tokens[:batch], at, 257)), 1
                )
            report[name] = row
    print(json.dumps(report))


main()
