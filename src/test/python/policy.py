"""Two steps of PPO on fixed responses of the small model by plain PyTorch, in fp32.

    python3 src/test/python/policy.py src/test/resources/golden

Needs the folder `plain` that tiny_llama.py makes, and reward.py's head. Policy and reference begin as its adapter,
the value network as the same adapter over another copy of the model, with that head. A step looks at its responses
once and then makes three updates of all of them: AdamW at a constant rate on policy and value network together,
after clipping. Besides, every update makes the loss of one demonstration small (PPO-ptx) and the entropy large.

Then for PPO, and with the answers of one prompt for GRPO and RLOO: two steps of one update, without clipping of the
norm and with an entropy that weighs as much as the rest. What is kept of these is AdamW's mean of the gradients.

Needs torch, transformers, peft, safetensors.
"""

import json
import sys
from pathlib import Path

import torch
from dpo import small_model, span
from peft import PeftModel
from reward import masters, scorer, values
from safetensors.torch import load_file, save_file

UPDATES, RATE, CLIP = 3, 3e-3, 1.0
TEMPERATURE, KL, GAMMA, LAMBDA, RANGE = 0.8, 0.1, 1.0, 0.95, 0.2
VALUE, ENTROPY, PTX = 0.5, 0.01, 0.3
LARGE_ENTROPY, KL_LOSS, SLOW = 0.5, 2.0, 1e-3
# Prompt, response, score; texts as spans of the golden tokens: (row, from, to).
STEPS = [
    [((0, 0, 10), (0, 10, 20), 1.0), ((1, 0, 3), (1, 3, 9), -0.5), ((2, 0, 6), (2, 6, 20), 0.25)],
    [((0, 0, 10), (1, 20, 34), 0.5), ((1, 0, 3), (2, 22, 29), 2.0), ((2, 0, 6), (0, 25, 30), -1.0)],
]
GROUPS = [
    [((0, 0, 10), (0, 10, 20), 1.0), ((0, 0, 10), (1, 20, 34), -0.5), ((0, 0, 10), (0, 25, 30), 0.25)],
    [((0, 0, 10), (2, 22, 29), 2.0), ((0, 0, 10), (1, 3, 9), 0.5), ((0, 0, 10), (0, 10, 20), -1.0)],
]
DEMONSTRATION = ((1, 4, 20), (1, 20, 30))


def distribution(net, prompt, answer, temperature=TEMPERATURE):
    """Log-probabilities of the answer's tokens, and the entropies of what they are taken from."""
    logits = net(torch.cat([prompt, answer])[None]).logits[0, len(prompt) - 1 : -1] / temperature
    logs = logits.log_softmax(-1)
    return logs.gather(1, answer[:, None])[:, 0], -(logs.exp() * logs).sum(-1)


def generalised(rewards, old):
    """Advantages as the definition has them, a sum over all later residuals."""
    after = torch.cat([old[1:], old.new_zeros(1)])
    residuals = rewards + GAMMA * after - old
    return torch.stack(
        [sum((GAMMA * LAMBDA) ** (j - i) * residuals[j] for j in range(i, len(residuals))) for i in range(len(residuals))]
    )


def experience(policy, reference, value, texts):
    rows = []
    with torch.no_grad():
        for prompt, answer, score in texts:
            old, entropy = distribution(policy, prompt, answer)
            other, _ = distribution(reference, prompt, answer)
            before, _ = values(value, prompt, answer)
            rewards = -KL * (old - other)
            rewards[-1] += score
            advantages = generalised(rewards, before)
            row = dict(old=old, values=before, advantages=advantages, targets=advantages + before)
            rows.append(dict(row, kl=(old - other).sum(), entropy=entropy))
    everything = torch.cat([row["advantages"] for row in rows])
    for row in rows:
        row["advantages"] = (row["advantages"] - everything.mean()) / torch.sqrt(everything.var() + 1e-8)
    return rows


def loss_of(policy, value, texts, rows, demonstration, weight=ENTROPY):
    parts, errors, entropies, logs = [], [], [], []
    for (prompt, answer, _), row in zip(texts, rows):
        now, entropy = distribution(policy, prompt, answer)
        guess, _ = values(value, prompt, answer)
        ratio = torch.exp(now - row["old"])
        parts.append(torch.max(-row["advantages"] * ratio, -row["advantages"] * ratio.clamp(1 - RANGE, 1 + RANGE)))
        held = torch.clamp(guess, row["values"] - RANGE, row["values"] + RANGE)
        errors.append(0.5 * torch.max((guess - row["targets"]) ** 2, (held - row["targets"]) ** 2))
        entropies.append(entropy)
        logs.append(now - row["old"])
    ptx, _ = distribution(policy, *demonstration, temperature=1)
    loss = (
        torch.cat(parts).mean()
        + VALUE * torch.cat(errors).mean()
        - weight * torch.cat(entropies).mean()
        - PTX * ptx.mean()
    )
    return loss, torch.cat(parts).mean().item(), (torch.cat(logs) ** 2).mean().item() / 2


def group_loss(algorithm, policy, reference, texts):
    """GRPO's with its penalty in the loss, or RLOO's, whose penalty is in what an answer earns."""
    now = [distribution(policy, prompt, answer) for prompt, answer, _ in texts]
    with torch.no_grad():
        others = [distribution(reference, prompt, answer)[0] for prompt, answer, _ in texts]
    scores = torch.tensor([score for _, _, score in texts])
    old = [logs.detach() for logs, _ in now]
    if algorithm == "grpo":
        advantages = (scores - scores.mean()) / (scores.std() + 1e-4)
        losses = []
        for (logs, entropy), before, other, advantage in zip(now, old, others, advantages):
            ratio = torch.exp(logs - before)
            surrogate = torch.max(-advantage * ratio, -advantage * ratio.clamp(1 - RANGE, 1 + RANGE))
            divergence = torch.exp(other - logs) - (other - logs) - 1
            losses.append((surrogate + KL_LOSS * divergence - LARGE_ENTROPY * entropy).mean())
    else:
        earned = scores - KL * torch.stack([(before - other).sum() for before, other in zip(old, others)])
        advantages = earned - (earned.sum() - earned) / (len(earned) - 1)
        losses = [
            (-advantage * logs - LARGE_ENTROPY * entropy).sum() for (logs, entropy), advantage in zip(now, advantages)
        ]
    return torch.stack(losses).mean()


def means_of_gradients(home, tokens, algorithm):
    """AdamW's, by name, after one update in each of two steps."""
    policy, reference, ours = policy_and_reference(home)
    value = scorer(home / "plain")
    trained = dict(ours)
    if algorithm == "ppo":
        trained.update({"value." + n: p for n, p in masters(value).items()})
    optimizer = torch.optim.AdamW(trained.values(), lr=SLOW, weight_decay=0)
    demonstration = [span(tokens, where) for where in DEMONSTRATION]
    for step in STEPS if algorithm == "ppo" else GROUPS:
        texts = texts_of(tokens, step)
        if algorithm == "ppo":
            rows = experience(policy, reference, value, texts)
            loss, _, _ = loss_of(policy, value, texts, rows, demonstration, LARGE_ENTROPY)
        else:
            loss = group_loss(algorithm, policy, reference, texts)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return {n: optimizer.state[p]["exp_avg"].clone() for n, p in trained.items()}


def policy_and_reference(home):
    policy = PeftModel.from_pretrained(small_model(home / "plain"), home / "plain" / "adapter", is_trainable=True)
    reference = PeftModel.from_pretrained(small_model(home / "plain"), home / "plain" / "adapter")
    return policy, reference, {n.replace(".default", ""): p for n, p in policy.named_parameters() if "lora_" in n}


def texts_of(tokens, step):
    return [(span(tokens, prompt), span(tokens, answer), score) for prompt, answer, score in step]


def responses_of(texts):
    return [dict(prompt=prompt.tolist(), tokens=answer.tolist(), score=score) for prompt, answer, score in texts]


def main():
    home = Path(sys.argv[1])
    tokens = load_file(home / "plain" / "golden.safetensors")["tokens"]
    policy, reference, ours = policy_and_reference(home)
    value = scorer(home / "plain")
    parameters = list(ours.values()) + list(masters(value).values())
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0)
    demonstration = [span(tokens, where) for where in DEMONSTRATION]
    golden = []
    for step in STEPS:
        texts = texts_of(tokens, step)
        rows = experience(policy, reference, value, texts)
        losses, surrogates, moved = [], [], []
        for _ in range(UPDATES):
            loss, surrogate, approx = loss_of(policy, value, texts, rows, demonstration)
            losses.append(loss.item())
            surrogates.append(surrogate)
            moved.append(approx)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, CLIP)
            optimizer.step()
            optimizer.zero_grad()
        golden.append(
            dict(
                responses=responses_of(texts),
                loss=sum(losses) / UPDATES,
                policyLoss=sum(surrogates) / UPDATES,
                approxKl=sum(moved) / UPDATES,
                kl=sum(row["kl"].item() for row in rows) / len(rows),
                entropy=torch.cat([row["entropy"] for row in rows]).mean().item(),
            )
        )
    demonstrated = dict(prompt=demonstration[0].tolist(), tokens=demonstration[1].tolist())
    home.joinpath("ppo", "steps.json").write_text(json.dumps(dict(demonstration=demonstrated, steps=golden)) + "\n")
    for name, trained in dict(policy=ours, value=masters(value)).items():
        save_file({n: p.detach().clone() for n, p in trained.items()}, home / "ppo" / (name + ".safetensors"))
    groups = [dict(responses=responses_of(texts_of(tokens, step))) for step in GROUPS]
    home.joinpath("ppo", "group-steps.json").write_text(json.dumps(groups) + "\n")
    for algorithm in ("ppo", "grpo", "rloo"):
        save_file(means_of_gradients(home, tokens, algorithm), home / "ppo" / f"means-{algorithm}.safetensors")


if __name__ == "__main__":
    main()
