"""What TRL's own trainers say of one step: losses, figures and gradients of DPO's losses, KTO, SFT and a reward model
on the small model in fp32, and of GRPO and RLOO by the log-probabilities they are told, in float64.

    python3 src/test/python/trl_golden.py src/test/resources/golden

Needs the folder `plain` that tiny_llama.py makes. The trainers are set up as anyone would; each is then asked for the
loss of a batch of ids, which its own collator has padded. Policies are the model with its adapter, references the model
alone. GRPO and RLOO are told log-probabilities instead of a network's. Conservative DPO and PPO are not in this TRL,
ORPO and SimPO are among its experiments: of these two a pair's loss is taken, from mean log-probabilities.

Needs torch, transformers, peft, safetensors, datasets, tokenizers, trl 1.16.
"""

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import ppo
import torch
from datasets import Dataset
from dpo import MEANS as PAIR_MEANS
from dpo import PAIRS, small_model, span
from peft import PeftModel
from reward import OPTIONS, RANKINGS, scorer
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from trajectories import ANSWERS
from transformers import PreTrainedTokenizerFast
from trl import (
    DPOConfig,
    DPOTrainer,
    GRPOTrainer,
    KTOConfig,
    KTOTrainer,
    RewardConfig,
    RewardTrainer,
    RLOOTrainer,
    SFTConfig,
    SFTTrainer,
)
from trl.experimental.cpo import CPOTrainer
from trl.experimental.orpo import ORPOTrainer

FAMILY = {
    "sigmoid": dict(loss_type=["sigmoid"], beta=0.3),
    "sigmoid_norm": dict(loss_type=["sigmoid_norm"], beta=2.0),
    "hinge": dict(loss_type=["hinge"], beta=0.3),
    "ipo": dict(loss_type=["ipo"], beta=0.3),
    "robust": dict(loss_type=["robust"], beta=0.3, label_smoothing=0.1),
    "length": dict(loss_type=["sigmoid"], beta=0.3, ld_alpha=0.3),
}


def tokenizer():
    words = {word: number for number, word in enumerate(("<pad>", "</s>", "a", "b"))}
    inner = Tokenizer(WordLevel(words, unk_token="a"))
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="</s>")


def policy(home):
    return PeftModel.from_pretrained(small_model(home / "plain"), home / "plain" / "adapter", is_trainable=True)


def told(kind, config, model, rows, **arguments):
    """A trainer of TRL's, with rows that it is never asked for."""
    settings = dict(output_dir=tempfile.mkdtemp(), use_cpu=True, bf16=False, report_to=[], max_length=None)
    return kind(
        model=model,
        args=config(**settings, gradient_checkpointing=False, **arguments.pop("options", {})),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer(),
        **arguments,
    )


def step(name, trainer, examples):
    """Loss, figures and gradients of the batch, named as gradients.py and reward.py name them."""
    batch = trainer.data_collator(examples)
    trainer.model.train()
    loss = trainer.compute_loss(trainer.model, batch)
    loss.backward()
    golden = {name + ".loss": loss.detach().reshape(1)}
    for figure, seen in trainer._metrics["train"].items():
        golden[f"{name}.metric.{figure}"] = torch.tensor([float(seen[-1])])
    for parameter_name, parameter in trainer.model.named_parameters():
        if parameter.grad is not None:
            matrix = parameter_name.replace(".default", "").replace("base_model.model.score", "score")
            golden[f"{name}.grad.{matrix}"] = parameter.grad.clone()
    return golden


def dpo_steps(home, tokens):
    examples = [
        dict(zip(("prompt_ids", "chosen_ids", "rejected_ids"), (span(tokens, where).tolist() for where in pair)))
        for pair in PAIRS
    ]
    golden = {}
    for name, options in FAMILY.items():
        trainer = told(
            DPOTrainer,
            DPOConfig,
            policy(home),
            [dict(prompt="a", chosen="b", rejected="a")],
            options=options,
            ref_model=small_model(home / "plain"),
        )
        golden |= step(name, trainer, examples)
    return golden


def kto_step(home, tokens):
    texts = [
        (span(tokens, prompt).tolist(), span(tokens, answer).tolist(), good) for prompt, answer, good in ANSWERS[1:5]
    ]
    trainer = told(
        KTOTrainer,
        KTOConfig,
        policy(home),
        [dict(prompt="a", completion="b", label=True), dict(prompt="b", completion="a", label=False)],
        options=dict(beta=0.3, desirable_weight=1.25, undesirable_weight=1.5, per_device_train_batch_size=2),
        ref_model=small_model(home / "plain"),
    )
    examples = [
        dict(
            prompt_ids=prompt,
            completion_ids=answer,
            KL_completion_ids=texts[(i + 1) % len(texts)][1],
            label=good,
        )
        for i, (prompt, answer, good) in enumerate(texts)
    ]
    return step("kto", trainer, examples)


def sft_step(home, tokens):
    trainer = told(SFTTrainer, SFTConfig, policy(home), [dict(prompt="a", completion="b")])
    examples = []
    for prompt, answer, _ in ANSWERS:
        prompt, answer = span(tokens, prompt).tolist(), span(tokens, answer).tolist()
        examples.append(dict(input_ids=prompt + answer, labels=[-100] * len(prompt) + answer))
    return step("sft", trainer, examples)


def reward_step(home, tokens):
    """The rankings of two answers, as pairs."""
    trainer = told(
        RewardTrainer,
        RewardConfig,
        scorer(home / "plain"),
        [dict(chosen="a", rejected="b")],
        options=dict(center_rewards_coefficient=OPTIONS["centring"]),
    )
    examples = []
    for prompt, answers, ratings in RANKINGS:
        if len(answers) == 2:
            worse, better = [answer for _, answer in sorted(zip(ratings, answers))]
            texts = [span(tokens, prompt).tolist() + span(tokens, answer).tolist() for answer in (better, worse)]
            margin = OPTIONS["margin"] * (max(ratings) - min(ratings))
            examples.append(dict(chosen_ids=texts[0], rejected_ids=texts[1], margin=margin))
    return step("reward", trainer, examples)


def one_process():
    return SimpleNamespace(
        device="cpu", num_processes=1, sync_gradients=True, gather=lambda x: x, reduce=lambda x, reduction: x
    )


def as_told(kind, log_probs, **attributes):
    """A trainer of TRL's whose network says just these log-probabilities."""

    class Told(kind):
        def __init__(self):
            for name, value in attributes.items():
                setattr(self, name, value)

        def _get_per_token_logps_and_entropies(self, *_, **__):
            return log_probs, torch.zeros_like(log_probs), None

    trainer = Told()
    trainer.model = SimpleNamespace(training=True)
    trainer.accelerator = one_process()
    trainer._metrics = dict(train=defaultdict(list))
    trainer.aux_loss_enabled = False
    return trainer


def of_tokens(log_probs, **more):
    ids, mask = torch.ones(len(log_probs), 1, dtype=torch.long), ppo.MASK.double()
    return dict(
        prompt_ids=ids, prompt_mask=ids, completion_ids=torch.zeros(ppo.SHAPE).long(), completion_mask=mask, **more
    )


def grpo_rows():
    old = ppo.log_probs()
    now = (old + 0.3 * ppo.normal(*ppo.SHAPE)).requires_grad_()
    reference, advantages = old + 0.5 * ppo.normal(*ppo.SHAPE), ppo.normal(len(ppo.LENGTHS))
    rows = []
    for loss_type, aggregation in (("grpo", "RESPONSE_MEAN"), ("bnpo", "TOKEN_MEAN"), ("dr_grpo", "MAX_TOKENS")):
        for low, high, beta in ((0.2, 0.2, 0.0), (0.1, 0.28, 0.04)):
            trainer = as_told(
                GRPOTrainer,
                now,
                top_entropy_quantile=1.0,
                off_policy_mask_threshold=None,
                importance_sampling_level="token",
                beta=beta,
                args=SimpleNamespace(use_bias_correction_kl=False, delta=None),
                loss_type=loss_type,
                epsilon_low=low,
                epsilon_high=high,
                use_vllm=False,
                current_gradient_accumulation_steps=1,
                max_completion_length=ppo.MAX_TOKENS,
                _entropy_bonus_enabled=False,
            )
            batch = of_tokens(now, advantages=advantages, old_per_token_logps=old, ref_per_token_logps=reference)
            loss = trainer._compute_loss(trainer.model, batch)
            rows.append(
                dict(
                    aggregation=aggregation,
                    maxTokens=ppo.MAX_TOKENS,
                    low=low,
                    high=high,
                    beta=beta,
                    policy=ppo.ragged(now),
                    old=ppo.ragged(old),
                    reference=ppo.ragged(reference),
                    advantages=advantages.tolist(),
                    loss=loss.item(),
                    slopes=ppo.ragged(ppo.gradients(loss, now)),
                    clipped=trainer._metrics["train"]["clip_ratio/region_mean"][0],
                )
            )
    return rows


def rloo_row():
    """On samples of the policy as it is: there the ratio of whole answers is 1."""
    now = ppo.log_probs().requires_grad_()
    advantages = ppo.normal(len(ppo.LENGTHS))
    trainer = as_told(RLOOTrainer, now, epsilon_low=0.2, epsilon_high=0.2)
    old = (now * ppo.MASK).sum(1).detach()
    loss = trainer._compute_loss(trainer.model, of_tokens(now, advantages=advantages, old_logps=old))
    return dict(policy=ppo.ragged(now), advantages=advantages.tolist(), slopes=ppo.ragged(ppo.gradients(loss, now)))


def pair_rows():
    """ORPO's term of the odds and SimPO's loss for one pair, in fp32 where TRL has that."""
    rows = []
    for chosen, rejected, *_ in PAIR_MEANS:
        x = [torch.tensor([v], dtype=torch.float64, requires_grad=True) for v in (chosen, rejected)]
        simpo = SimpleNamespace(
            alpha=0.0, accelerator=one_process(), loss_type="simpo", simpo_gamma=0.5, beta=2.0, label_smoothing=0.1
        )
        loss = CPOTrainer.cpo_loss(simpo, *x)[0].mean()
        orpo = SimpleNamespace(accelerator=one_process(), beta=0.1)
        odds = -ORPOTrainer.odds_ratio_loss(orpo, *x)[0].mean()
        for name, value in (("simpo", loss), ("orpoOdds", odds)):
            slopes = [slope.item() for slope in torch.autograd.grad(value, x)]
            rows.append(dict(kind=name, chosen=chosen, rejected=rejected, loss=value.item(), slopes=slopes))
    return rows


def lines(rows):
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"


def main():
    home = Path(sys.argv[1])
    target = home / "trl"
    target.mkdir(exist_ok=True)
    tokens = load_file(home / "plain" / "golden.safetensors")["tokens"]
    save_file(
        dpo_steps(home, tokens) | kto_step(home, tokens) | sft_step(home, tokens) | reward_step(home, tokens),
        target / "steps.safetensors",
    )
    target.joinpath("grpo.json").write_text(lines(grpo_rows()))
    target.joinpath("rloo.json").write_text(lines([rloo_row()]))
    target.joinpath("pairs.json").write_text(lines(pair_rows()))


if __name__ == "__main__":
    main()
