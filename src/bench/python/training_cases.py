"""One case of training by PyTorch or TRL, in a process of its own; training_peer.py starts it.

    training_cases.py '{"side": "trl", "case": "dpo", "variant": "bf16", "model": FOLDER, "tokens": FILE, ...}'

The last line of standard output is what `./hone bench training` says of a case too: seconds of the steps that
count, tokens and examples in them, every step's loss, and the most memory that the process held.
"""

import json
import os
import sys
import tempfile
import time

import torch
import transformers
from peft import LoraConfig, get_peft_model

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
SEQUENCE = 256
SEQUENCES = 4
RATE = 3e-4


class Spec:
    """What is to be run; `variant` is a precision, with `+padding-free` behind it where that is asked for."""

    def __init__(self, given):
        self.side, self.case, self.variant = given["side"], given["case"], given["variant"]
        self.model, self.tokens = given["model"], given["tokens"]
        self.steps, self.warmup = given["steps"], given["warmup"]
        self.batch, self.micro = given["batch"], given["micro"]
        self.precision, _, self.extra = self.variant.partition("+")

    @property
    def all_steps(self):
        return self.warmup + self.steps

    @property
    def dtype(self):
        return torch.bfloat16 if self.precision == "bf16" else torch.float32

    def autocast(self):
        return torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "autocast")

    def pairs(self):
        with open(self.tokens, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def used(self):
        """Those that the steps go through, in their order."""
        return self.pairs()[: self.all_steps * self.batch]


def lora(task):
    return LoraConfig(r=16, lora_alpha=32, lora_dropout=0.0, target_modules=ATTENTION, task_type=task)


def causal(spec):
    return transformers.AutoModelForCausalLM.from_pretrained(spec.model, dtype=spec.dtype)


def counted(spec, seconds, losses, tokens, examples):
    """The report, of all steps' seconds and losses and of what the steps that count went through."""
    measured = seconds[spec.warmup :]
    total = sum(measured)
    return {
        "name": spec.case,
        "compute": spec.variant,
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "steps": spec.steps,
        "examples": examples,
        "tokens": tokens,
        "seconds": total,
        "examplesPerSecond": examples / total,
        "tokensPerSecond": tokens / total,
        "stepSeconds": measured,
        "losses": losses,
    }


def step(spec):
    """Eager PyTorch: the same few sequences at every step, every token but each one's first is learnt."""
    model = causal(spec)
    if spec.case == "step-lora":
        model = get_peft_model(model, lora("CAUSAL_LM"))
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=RATE, weight_decay=0, fused=True)
    text = [token for pair in spec.pairs() for token in pair["prompt"] + pair["chosen"]]
    length = SEQUENCE + 1
    ids = torch.tensor(text[: SEQUENCES * length]).view(SEQUENCES, length)
    seconds, losses = [], []
    for _ in range(spec.all_steps):
        start = time.perf_counter()
        total = 0.0
        for rows in ids.split(spec.micro):
            with spec.autocast():
                logits = model(input_ids=rows[:, :-1], use_cache=False).logits
            each = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten(), reduction="sum")
            loss = each / (SEQUENCES * SEQUENCE)
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        seconds.append(time.perf_counter() - start)
        losses.append(total)
    examples = SEQUENCES * spec.steps
    return counted(spec, seconds, losses, examples * SEQUENCE, examples)


class Clock(transformers.TrainerCallback):
    """When each optimiser step ended, and its loss."""

    def __init__(self):
        self.seconds, self.losses = [], []

    def on_train_begin(self, args, state, control, **_):
        self.last = time.perf_counter()

    def on_step_end(self, args, state, control, **_):
        now = time.perf_counter()
        self.seconds.append(now - self.last)
        self.last = now

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" in logs:
            self.losses.append(float(logs["loss"]))


def trainer_options(spec, folder):
    """As fast as TRL gets on a CPU: no recomputation, the fused optimiser, nothing saved."""
    return {
        "output_dir": folder,
        "use_cpu": True,
        "bf16": spec.precision == "autocast",
        "gradient_checkpointing": False,
        "per_device_train_batch_size": spec.micro,
        "gradient_accumulation_steps": spec.batch // spec.micro,
        "max_steps": spec.all_steps,
        "learning_rate": RATE,
        "lr_scheduler_type": "constant",
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "optim": "adamw_torch_fused",
        "train_sampling_strategy": "sequential",
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "max_length": None,
    }


def trl_case(spec):
    import datasets
    import trl

    pairs = spec.used()
    if len(pairs) < spec.all_steps * spec.batch:
        sys.exit(f"{spec.all_steps} steps need {spec.all_steps * spec.batch} pairs, there are {len(pairs)}")
    tokenizer = transformers.AutoTokenizer.from_pretrained(spec.model)
    clock = Clock()
    ahead = [0.0]
    with tempfile.TemporaryDirectory() as folder:
        common = trainer_options(spec, folder)
        shared = {"processing_class": tokenizer, "callbacks": [clock]}
        if spec.case == "sft":
            rows = [
                {"input_ids": pair["prompt"] + pair["chosen"], "labels": [-100] * len(pair["prompt"]) + pair["chosen"]}
                for pair in pairs
            ]
            config = trl.SFTConfig(**common, padding_free=spec.extra == "padding-free")
            data = datasets.Dataset.from_list(rows)
            trainer = trl.SFTTrainer(causal(spec), config, train_dataset=data, peft_config=lora("CAUSAL_LM"), **shared)
        elif spec.case == "dpo":

            class Ready(trl.DPOTrainer):
                """Takes ids, and says how long the reference took."""

                def _prepare_dataset(self, dataset, *_, **__):
                    return dataset

                def _precompute_ref_logps(self, *arguments, **named):
                    start = time.perf_counter()
                    dataset = super()._precompute_ref_logps(*arguments, **named)
                    ahead[0] += time.perf_counter() - start
                    return dataset

            rows = [{f"{side}_ids": pair[side] for side in ("prompt", "chosen", "rejected")} for pair in pairs]
            config = trl.DPOConfig(**common, beta=0.1, precompute_ref_log_probs=True)
            data = datasets.Dataset.from_list(rows)
            trainer = Ready(causal(spec), args=config, train_dataset=data, peft_config=lora("CAUSAL_LM"), **shared)
        else:
            rows = [{f"{side}_ids": pair["prompt"] + pair[side] for side in ("chosen", "rejected")} for pair in pairs]
            config = trl.RewardConfig(**common, center_rewards_coefficient=0.01)
            model = transformers.AutoModelForSequenceClassification.from_pretrained(
                spec.model, dtype=spec.dtype, num_labels=1, pad_token_id=tokenizer.pad_token_id
            )
            adapter = lora("SEQ_CLS")
            adapter.modules_to_save = ["score"]
            data = datasets.Dataset.from_list(rows)
            trainer = trl.RewardTrainer(model, config, train_dataset=data, peft_config=adapter, **shared)
        trainer.train()
    # The reference read all pairs before the first step: each step bears its share.
    seconds = [second + ahead[0] / spec.all_steps for second in clock.seconds]
    sides = ("chosen",) if spec.case == "sft" else ("chosen", "rejected")
    measured = pairs[spec.warmup * spec.batch :]
    tokens = sum(len(pair["prompt"]) + sum(len(pair[side]) for side in sides) for pair in measured)
    return counted(spec, seconds, clock.losses, tokens, len(measured))


def peak_bytes():
    """The most memory that this process held, as Hone reads it of its own."""
    with open("/proc/self/status", encoding="utf-8") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def main():
    given = json.loads(sys.argv[1])
    torch.set_num_threads(given["threads"])
    torch.manual_seed(0)
    transformers.logging.set_verbosity_error()
    spec = Spec(given)
    out = os.dup(1)
    # Standard output is for the answer alone.
    os.dup2(2, 1)
    if spec.case == "ppo":
        import ppo_loop

        report = ppo_loop.run(spec)
    else:
        report = step(spec) if spec.side == "pytorch" else trl_case(spec)
    os.write(out, (json.dumps({"report": report, "peakBytes": peak_bytes()}) + "\n").encode())


if __name__ == "__main__":
    main()
