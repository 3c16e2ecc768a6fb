"""PPO as a plain loop around transformers' generate, for training_cases.py.

Four roles over one base, each by an adapter: the policy, the reference (no adapter), a reward model and a
value network with a head each. A step: 8 prompts are answered with up to 64 tokens, scored, held to the
reference by a KL penalty on each token, and learnt from twice (GAE, clipped ratio, clipped values).
"""

import dataclasses
import time

import torch
from peft import get_peft_model
from training_cases import RATE, causal, counted, lora

NEW_TOKENS = 64
EPOCHS = 2
KL = 0.05
LAMBDA = 0.95
CLIP = 0.2
VALUE_WEIGHT = 0.1


@dataclasses.dataclass
class Rollouts:
    """Prompts padded in front, answers behind: all answers begin in the same column."""

    ids: torch.Tensor  # [responses, prompt + answer]
    mask: torch.Tensor  # likewise; 1 where a token is no padding
    width: int  # columns of the prompts

    @property
    def answers(self):
        return self.ids[:, self.width :]

    @property
    def answered(self):
        return self.mask[:, self.width :].float()

    def inputs(self):
        positions = (self.mask.cumsum(1) - 1).clamp(min=0)
        return {"input_ids": self.ids, "attention_mask": self.mask, "position_ids": positions, "use_cache": False}

    def part(self, rows):
        return Rollouts(self.ids[rows], self.mask[rows], self.width)


class Roles:
    def __init__(self, spec):
        self.spec = spec
        self.model = get_peft_model(causal(spec), lora("CAUSAL_LM"), adapter_name="policy")
        self.model.add_adapter("value", lora("CAUSAL_LM"))
        self.model.add_adapter("reward", lora("CAUSAL_LM"))
        width = self.model.config.hidden_size
        self.heads = {name: torch.nn.Linear(width, 1, bias=False) for name in ("value", "reward")}
        torch.nn.init.zeros_(self.heads["value"].weight)
        named = list(self.model.named_parameters())
        self.trained = [p for name, p in named if ".policy." in name or ".value." in name]
        self.trained.append(self.heads["value"].weight)

    def log_probs(self, rollouts):
        """Of the answers' tokens, [responses, answer]."""
        answers = rollouts.answers
        with self.spec.autocast():
            logits = self.model(**rollouts.inputs(), logits_to_keep=answers.shape[1] + 1).logits[:, :-1]
        return logits.float().log_softmax(-1).gather(2, answers[:, :, None]).squeeze(2)

    def policy(self, rollouts):
        self.model.set_adapter("policy")
        return self.log_probs(rollouts)

    def reference(self, rollouts):
        with self.model.disable_adapter():
            return self.log_probs(rollouts)

    def scalars(self, name, rollouts):
        """What a head says of each position, [responses, prompt + answer]."""
        self.model.set_adapter(name)
        with self.spec.autocast():
            states = self.model.get_base_model().model(**rollouts.inputs()).last_hidden_state
        return self.heads[name](states.float()).squeeze(2)

    def values(self, rollouts):
        """Of the state before each of the answers' tokens, [responses, answer]."""
        return self.scalars("value", rollouts)[:, rollouts.width - 1 : -1] * rollouts.answered

    def scores(self, rollouts):
        """Of whole answers, [responses]."""
        last = rollouts.width + rollouts.answered.sum(1).long() - 1
        return self.scalars("reward", rollouts).gather(1, last[:, None]).squeeze(1)


def sample(roles, prompts, pad, ends):
    width = max(map(len, prompts))
    ids = torch.full((len(prompts), width), pad)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, width - len(prompt) :] = torch.tensor(prompt)
        mask[row, width - len(prompt) :] = 1
    roles.model.set_adapter("policy")
    with roles.spec.autocast():
        whole = roles.model.generate(
            input_ids=ids, attention_mask=mask, do_sample=True, temperature=1.0, top_p=1.0, top_k=0,
            max_new_tokens=NEW_TOKENS, pad_token_id=pad, eos_token_id=ends,
        )  # fmt: skip
    ended = torch.isin(whole[:, width:], torch.tensor(ends)).long()
    before = (ended.cumsum(1) - ended) == 0  # up to the first end, which counts
    return Rollouts(whole, torch.cat([mask, before.long()], 1), width)


def advantages(rewards, values, answered):
    """Generalised advantage estimation with gamma 1; returns advantages and what values should be."""
    gains = torch.zeros_like(rewards)
    later = torch.zeros(len(rewards))
    for t in reversed(range(rewards.shape[1])):
        following = values[:, t + 1] if t + 1 < rewards.shape[1] else torch.zeros(len(rewards))
        residual = rewards[:, t] + following - values[:, t]
        later = (residual + LAMBDA * later) * answered[:, t]
        gains[:, t] = later
    return gains, gains + values


def whitened(values, mask):
    mean = (values * mask).sum() / mask.sum()
    variance = ((values - mean) ** 2 * mask).sum() / (mask.sum() - 1)
    return (values - mean) / (variance + 1e-8).sqrt() * mask


def update(roles, optimiser, rollouts, micro):
    answered = rollouts.answered
    rows = torch.arange(len(answered)).split(micro)
    with torch.no_grad():
        parts = [rollouts.part(part) for part in rows]
        old = torch.cat([roles.policy(part) for part in parts])
        reference = torch.cat([roles.reference(part) for part in parts])
        before = torch.cat([roles.values(part) for part in parts])
        scores = torch.cat([roles.scores(part) for part in parts])
        rewards = -KL * (old - reference) * answered
        last = answered.sum(1).long() - 1
        rewards[torch.arange(len(last)), last] += scores
        gains, targets = advantages(rewards, before, answered)
        gains = whitened(gains, answered)
    total = 0.0
    for _ in range(EPOCHS):
        for part in rows:
            some = rollouts.part(part)
            ratio = (roles.policy(some) - old[part]).exp()
            clipped = ratio.clamp(1 - CLIP, 1 + CLIP)
            policy = -torch.min(gains[part] * ratio, gains[part] * clipped)
            loss = (policy * answered[part]).sum() / answered.sum()
            loss.backward()
            values = roles.values(some)
            held = before[part] + (values - before[part]).clamp(-CLIP, CLIP)
            error = torch.max((values - targets[part]) ** 2, (held - targets[part]) ** 2) / 2
            value_loss = VALUE_WEIGHT * (error * answered[part]).sum() / answered.sum()
            value_loss.backward()
            total += loss.item() + value_loss.item()
        torch.nn.utils.clip_grad_norm_(roles.trained, 1.0)
        optimiser.step()
        optimiser.zero_grad()
    return total / EPOCHS


def run(spec):
    roles = Roles(spec)
    roles.model.eval()
    optimiser = torch.optim.AdamW(roles.trained, lr=RATE, weight_decay=0, fused=True)
    config = roles.model.generation_config
    ends = config.eos_token_id if isinstance(config.eos_token_id, list) else [config.eos_token_id]
    prompts = [pair["prompt"] for pair in spec.used()]
    seconds, losses, tokens = [], [], []
    for step in range(spec.all_steps):
        start = time.perf_counter()
        with torch.no_grad():
            rollouts = sample(roles, prompts[step * spec.batch : (step + 1) * spec.batch], ends[0], ends)
        losses.append(update(roles, optimiser, rollouts, spec.micro))
        seconds.append(time.perf_counter() - start)
        tokens.append(int(rollouts.mask.sum()))
    return counted(spec, seconds, losses, sum(tokens[spec.warmup :]), spec.steps * spec.batch)
