"""What transformers says about the pinned real model, in fp32, for prompts tokenised by llama.cpp.

    python3 src/test/python/real_logits.py SmolLM2-135M-Instruct.Q4_1.gguf src/test/resources/golden/real-logits.json

Ten prompts in the model's chat format: ids, the 50 largest logits after the last token and at four
positions of the user's text, every 64th logit of the last row, and the greedy continuation (32 tokens; where the two best logits are closer than
0.002 the continuation is cut, since rounding may decide). One longer text: the log-probability of
every token. Needs torch, transformers, gguf, llama-cpp-python.
"""

import json
import sys
from pathlib import Path

import torch
from llama_cpp import Llama
from transformers import AutoModelForCausalLM

PROMPTS = [
    "What is the capital of France?",
    "Write a haiku about the sea.",
    "Explain in one sentence why the sky is blue.",
    "List three fruits that are yellow.",
    "Translate 'good morning' to Spanish.",
    "What is 17 + 25?",
    "Write a Python function that reverses a string.",
    "Give me a short recipe for pancakes.",
    "你好，请介绍一下你自己。",
    "Who wrote Romeo and Juliet? Answer with the name only. 🎭",
]
TEXT = (
    "The lighthouse keeper climbed the ninety-seven steps each evening, counting them aloud so that the "
    "dark would not feel so empty. From the gallery he watched the fishing boats return, their lamps "
    "swaying like slow fireflies, and he wrote the name of each in a ledger that nobody had ever asked "
    "to see. On the night of the great storm, however, one boat was missing from the list. He lit the "
    "second lamp, which was forbidden, and waited until the morning came grey and silent over the bay."
)
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
# From the end: the six tokens that end the turn and open the answer come after the user's text.
POSITIONS = [-7, -8, -9, -10]
EVERY = 64
TOP = 50
CONTINUATION = 32
NEAR_TIE = 0.002


def top(logits):
    values, ids = logits.topk(TOP)
    return {"ids": ids.tolist(), "logits": [round(v, 5) for v in values.tolist()]}


@torch.no_grad()
def main():
    gguf, target = Path(sys.argv[1]), Path(sys.argv[2])
    tokenizer = Llama(str(gguf), vocab_only=True, verbose=False)
    net = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    prompts = []
    for text in PROMPTS:
        chat = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"
        ids = tokenizer.tokenize(chat.encode(), add_bos=False, special=True)
        out = net(torch.tensor([ids]), use_cache=True)
        logits, last, past, continuation = out.logits[0], out.logits[0, -1], out.past_key_values, []
        while len(continuation) < CONTINUATION:
            best = last.topk(2)
            if (best.values[0] - best.values[1]).item() < NEAR_TIE:
                break
            continuation.append(best.indices[0].item())
            out = net(torch.tensor([continuation[-1:]]), past_key_values=past, use_cache=True)
            last, past = out.logits[0, -1], out.past_key_values
        prompts.append(
            {
                "prompt": text,
                "ids": ids,
                "last": top(logits[-1]),
                "every": [round(v, 5) for v in logits[-1][::EVERY].tolist()],
                "at": [{"position": len(ids) + p, **top(logits[p])} for p in POSITIONS],
                "continuation": continuation,
            }
        )
    ids = tokenizer.tokenize(TEXT.encode(), add_bos=False, special=False)
    logits = net(torch.tensor([ids])).logits[0]
    logprobs = torch.log_softmax(logits[:-1], -1).gather(-1, torch.tensor(ids)[1:, None])[:, 0]
    text = {"ids": ids, "logprobs": [round(v, 5) for v in logprobs.tolist()]}
    target.write_text(json.dumps({"prompts": prompts, "text": text}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
