"""A plain PyTorch loop of DPO with LoRA, to measure Hone against: time a pair, and what it reaches.

    dpo_peer.py MODEL_FOLDER TRAIN.jsonl TEST.jsonl [--pairs 984] [--test-pairs 493]

Both files in TRL's conversational form, or TRAIN in hh-rlhf's own. The usual way: chosen and
rejected as two padded rows, the reference is the model with its adapter switched off. LoRA 16 on
attention, fp32, AdamW, lr 3e-4, beta 0.1, batches of 8 pairs, one pass. With --pairs 32 --test-pairs 0
it only takes the time. Needs torch, transformers and peft.
"""

import argparse
import json
import resource
import time

import torch
from peft import LoraConfig, get_peft_model
from split_hh import conversational
from transformers import AutoModelForCausalLM, AutoTokenizer


def read(path, count):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row if "prompt" in row else conversational(row) for row in rows][:count]


def tokens(tokenizer, row, longest):
    prompt = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, return_dict=False)
    answers = [
        tokenizer(row[side][0]["content"] + "<|im_end|>", add_special_tokens=False)["input_ids"]
        for side in ("chosen", "rejected")
    ]
    room = longest - max(len(answer) for answer in answers)
    return [(prompt[-max(room, 1) :], answer[: longest - 1]) for answer in answers]


def log_probs(model, sequences, pad):
    length = max(len(prompt) + len(answer) for prompt, answer in sequences)
    ids = torch.full((len(sequences), length), pad)
    mask = torch.zeros(len(sequences), length)
    for row, (prompt, answer) in enumerate(sequences):
        ids[row, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        mask[row, len(prompt) : len(prompt) + len(answer)] = 1
    logits = model(input_ids=ids).logits[:, :-1]
    each = torch.log_softmax(logits, -1).gather(2, ids[:, 1:, None]).squeeze(2)
    return (each * mask[:, 1:]).sum(1)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model")
    arguments.add_argument("train")
    arguments.add_argument("test")
    arguments.add_argument("--pairs", type=int, default=984)
    arguments.add_argument("--test-pairs", type=int, default=493)
    arguments.add_argument("--longest", type=int, default=512)
    arguments.add_argument("--batch", type=int, default=8)
    arguments.add_argument("--micro-batch", type=int, default=2)
    arguments.add_argument("--beta", type=float, default=0.1)
    options = arguments.parse_args()
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    base = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32)
    attention = ["q_proj", "k_proj", "v_proj", "o_proj"]
    model = get_peft_model(base, LoraConfig(r=16, lora_alpha=32, target_modules=attention, task_type="CAUSAL_LM"))
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=3e-4, weight_decay=0)
    pad = tokenizer.pad_token_id or 0

    def rewards(pairs, gradients):
        sequences = [answer for pair in pairs for answer in pair]
        with torch.no_grad(), model.disable_adapter():
            reference = log_probs(model, sequences, pad)
        with torch.set_grad_enabled(gradients):
            policy = log_probs(model, sequences, pad)
        return options.beta * (policy - reference).view(-1, 2)

    pairs = [tokens(tokenizer, row, options.longest) for row in read(options.train, options.pairs)]
    start = time.time()
    for first in range(0, len(pairs), options.batch):
        batch = pairs[first : first + options.batch]
        for at in range(0, len(batch), options.micro_batch):
            micro = batch[at : at + options.micro_batch]
            reward = rewards(micro, True)
            loss = -torch.nn.functional.logsigmoid(reward[:, 0] - reward[:, 1]).sum() / len(batch)
            loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
    seconds = time.time() - start
    report = {"pairs": len(pairs), "seconds": round(seconds, 1), "pairsPerSecond": round(len(pairs) / seconds, 3)}
    if options.test_pairs:
        held = [tokens(tokenizer, row, options.longest) for row in read(options.test, options.test_pairs)]
        margins = torch.cat([rewards([pair], False) for pair in held])
        margin = margins[:, 0] - margins[:, 1]
        report |= {"heldOut": len(held), "accuracy": (margin > 0).float().mean().item(), "margin": margin.mean().item()}
    report["peakBytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(report))


if __name__ == "__main__":
    main()
