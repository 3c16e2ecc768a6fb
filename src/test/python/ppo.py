"""What plain PyTorch says about the mathematics of PPO, GRPO and RLOO, in float64.

    python3 src/test/python/ppo.py src/test/resources/golden

Here a batch is padded and masked, with arbitrary numbers in the padding; the files hold each response's
own tokens, as Java has them. Slopes are autograd's. Sums over later tokens are products with a triangular
matrix, where Java runs backwards. No number lies within 1e-3 of a clip, where the derivative jumps.

Needs torch.
"""

import json
import sys
from pathlib import Path

import torch

LENGTHS = torch.tensor([1, 7, 3, 12, 1, 5])
MAX_TOKENS = 16
SEED = 4
MASK = torch.arange(12)[None] < LENGTHS[:, None]
SHAPE = MASK.shape
LAST = (torch.arange(len(LENGTHS)), LENGTHS - 1)
GENERATOR = torch.Generator().manual_seed(SEED)


def normal(*shape):
    return torch.randn(*shape, generator=GENERATOR, dtype=torch.float64)


def log_probs():
    return -2 * normal(*SHAPE).abs()


def ragged(padded):
    return [row[:n].tolist() for row, n in zip(padded.detach(), LENGTHS)]


def gradients(loss, x):
    (gradient,) = torch.autograd.grad(loss, x, retain_graph=True)
    assert (gradient[~MASK] == 0).all() if gradient.shape == SHAPE else True
    return gradient


def estimate(kind, policy, reference):
    r = torch.exp(reference - policy)
    if kind == "k1":
        return -torch.log(r)
    if kind == "k2":
        return torch.log(r) ** 2 / 2
    return (r - 1) - torch.log(r)


def kl_table():
    policy = torch.cat([-2 * normal(8).abs(), torch.tensor([-0.125, -12.0, -3.0], dtype=torch.float64)])
    reference = torch.cat([policy[:8] + 0.5 * normal(8), torch.tensor([-9.0, -0.25, -3.0], dtype=torch.float64)])
    policy.requires_grad_()
    rows = []
    for kind in ("k1", "k2", "k3"):
        kl = estimate(kind, policy, reference)
        rows.append(
            dict(
                estimator=kind,
                policy=policy.tolist(),
                reference=reference.tolist(),
                kl=kl.tolist(),
                slopes=gradients(kl.sum(), policy).tolist(),
            )
        )
    return rows


def shaped(scores, ended, seen, normalise, clip, penalty):
    if normalise:
        scores = (scores - seen.mean()) / torch.sqrt(seen.var() + 1e-8)
    if clip:
        scores = scores.clamp(-clip, clip)
    return torch.where(ended, scores, scores - penalty)


def per_token(kl, coefficient, scores):
    rewards = torch.where(MASK, -coefficient * kl, 0.0)
    rewards[LAST] += scores
    return rewards


def rewards_table():
    rows = []
    policy, reference = log_probs(), log_probs()
    before, scores = 3 + 2 * normal(9), 3 + 2 * normal(len(LENGTHS))
    ended = torch.tensor([True, True, False, True, False, True])
    for kind, coefficient, normalise, clip, penalty in (
        ("k1", 0.05, False, 0.0, 0.0),
        ("k3", 0.2, True, 0.0, 1.0),
        ("k2", 0.1, True, 0.5, 0.25),
        ("k1", 0.0, False, 2.0, 3.0),
    ):
        kl = estimate(kind, policy, reference)
        final = shaped(scores, ended, torch.cat([before, scores]), normalise, clip, penalty)
        rows.append(
            dict(
                estimator=kind,
                coefficient=coefficient,
                normalise=normalise,
                clip=clip,
                penalty=penalty,
                policy=ragged(policy),
                reference=ragged(reference),
                before=before.tolist(),
                scores=scores.tolist(),
                ended=ended.tolist(),
                shaped=final.tolist(),
                rewards=ragged(per_token(kl, coefficient, final)),
                kl=(kl * MASK).sum(1).tolist(),
                total=(per_token(kl, coefficient, final) * MASK).sum(1).tolist(),
            )
        )
    return rows


def ahead(factor):
    """From each token to each: what the later one counts."""
    steps = torch.arange(SHAPE[1])
    distance = steps[None] - steps[:, None]
    return torch.where(distance >= 0, torch.tensor(factor, dtype=torch.float64) ** distance.clamp(min=0), 0.0)


def residuals(rewards, values, gamma):
    values = values * MASK
    after = torch.cat([values[:, 1:], torch.zeros(SHAPE[0], 1, dtype=torch.float64)], 1)
    return (rewards * MASK + gamma * after - values) * MASK


def gae(rewards, values, gamma, lam):
    return residuals(rewards, values, gamma) @ ahead(gamma * lam).T


def advantages_table():
    rows = []
    rewards, values = normal(*SHAPE), normal(*SHAPE)
    for gamma, lam in ((1.0, 0.95), (1.0, 1.0), (1.0, 0.0), (0.99, 0.9), (0.5, 0.3)):
        to_go = (rewards * MASK) @ ahead(gamma).T
        rows.append(
            dict(
                gamma=gamma,
                **{"lambda": lam},
                rewards=ragged(rewards),
                values=ragged(values),
                RETURN=ragged(to_go[:, :1].expand(SHAPE)),
                RETURN_TO_GO_WITH_BASELINE=ragged(to_go - values),
                TD_RESIDUAL=ragged(residuals(rewards, values, gamma)),
                GAE=ragged(gae(rewards, values, gamma, lam)),
                targets=dict(
                    TD=ragged(residuals(rewards, values, gamma) + values),
                    GAE=ragged(gae(rewards, values, gamma, lam) + values),
                ),
            )
        )
    return rows


def whitened(x, shift_mean):
    mean, variance = x[MASK].mean(), x[MASK].var()
    result = (x - mean) * torch.rsqrt(variance + 1e-8)
    return result if shift_mean else result + mean


def whitening_table():
    rows = []
    for x in (normal(*SHAPE), 40 + 3 * normal(*SHAPE)):
        for shift in (True, False):
            rows.append(dict(numbers=ragged(x), shiftMean=shift, whitened=ragged(whitened(x, shift))))
    return rows


def aggregated(x, how):
    x = x * MASK
    if how == "TOKEN_MEAN":
        return x.sum() / MASK.sum()
    if how == "RESPONSE_MEAN":
        return (x.sum(1) / LENGTHS).mean()
    if how == "MAX_TOKENS":
        return (x.sum(1) / MAX_TOKENS).mean()
    return x.sum(1).mean()


def surrogate(policy, old, advantages, low, high):
    """Loss of each token, and whether the clip decides."""
    if low is None:
        return -advantages * policy, torch.zeros(SHAPE, dtype=torch.bool)
    ratio = torch.exp(policy - old)
    assert min((ratio - 1 + low)[MASK].abs().min(), (ratio - 1 - high)[MASK].abs().min()) > 1e-3
    free, clipped = -advantages * ratio, -advantages * ratio.clamp(1 - low, 1 + high)
    return torch.max(free, clipped), clipped > free


def policy_table():
    rows = []
    old = log_probs()
    policy = (old + 0.3 * normal(*SHAPE)).requires_grad_()
    reference, advantages = old + 0.5 * normal(*SHAPE), normal(*SHAPE)
    ratio = torch.exp(policy - old)[MASK].detach()
    for low, high in ((0.2, 0.2), (0.1, 0.28), (None, None)):
        for how in ("TOKEN_MEAN", "RESPONSE_MEAN", "MAX_TOKENS", "RESPONSE_SUM"):
            terms, clipped = surrogate(policy, old, advantages, low, high)
            loss = aggregated(terms, how)
            row = dict(
                low=low,
                high=high,
                aggregation=how,
                maxTokens=MAX_TOKENS,
                policy=ragged(policy),
                old=ragged(old),
                reference=ragged(reference),
                advantages=ragged(advantages),
                loss=loss.item(),
                slopes=ragged(gradients(loss, policy)),
                approxKl=0.5 * torch.log(ratio).square().mean().item(),
                clipFraction=clipped[MASK].double().mean().item(),
                ratio=ratio.mean().item(),
                ratioVariance=ratio.var().item(),
            )
            for kind in ("k2", "k3"):
                kl = aggregated(estimate(kind, policy, reference), how)
                row[kind] = dict(loss=kl.item(), slopes=ragged(gradients(kl, policy)))
            rows.append(row)
    return rows


def value_error(values, old, targets, clip):
    """Squared error of each token, and whether the clip decides."""
    held = torch.clamp(values, old - clip, old + clip)
    assert ((values - old).abs() - clip)[MASK].abs().min() > 1e-3
    return torch.max((values - targets) ** 2, (held - targets) ** 2), (held - targets) ** 2 > (values - targets) ** 2


def value_table():
    rows = []
    old, targets = normal(*SHAPE), normal(*SHAPE)
    values = (old + 0.3 * normal(*SHAPE)).requires_grad_()
    for clip in (0.2, 0.05, 1e9):
        errors, clipped = value_error(values, old, targets, clip)
        loss = 0.5 * aggregated(errors, "TOKEN_MEAN")
        rows.append(
            dict(
                range=clip,
                values=ragged(values),
                old=ragged(old),
                targets=ragged(targets),
                loss=loss.item(),
                slopes=ragged(gradients(loss, values)),
                clipFraction=clipped[MASK].double().mean().item(),
            )
        )
    return rows


def group(rewards, kind):
    if kind == "rloo":
        others = ~torch.eye(len(rewards), dtype=torch.bool)
        return rewards - torch.stack([rewards[rest].mean() for rest in others])
    centred = rewards - rewards.mean()
    return centred / (rewards.std() + 1e-4) if kind == "grpo" else centred


def group_table():
    rows = []
    for rewards in (normal(8), 5 + 0.01 * normal(4), torch.tensor([1.0, 0.0]).double(), torch.ones(4).double()):
        rows.append(
            dict(
                rewards=rewards.tolist(),
                grpo=group(rewards, "grpo").tolist(),
                unscaled=group(rewards, "unscaled").tolist(),
                rloo=group(rewards, "rloo").tolist(),
            )
        )
    return rows


def updates():
    """From a rollout to the derivatives of each algorithm's loss, all six responses being one group."""
    old, scores, ended = log_probs(), normal(len(LENGTHS)), LENGTHS != 12
    policy = (old + 0.3 * normal(*SHAPE)).requires_grad_()
    reference, old_values = old + 0.5 * normal(*SHAPE), normal(*SHAPE)
    values = (old_values + 0.3 * normal(*SHAPE)).requires_grad_()
    final = shaped(scores, ended, scores, True, 1.5, 1.0)
    kl = estimate("k1", old, reference)

    rewards = whitened(per_token(kl, 0.1, final), False) * MASK
    estimated = gae(rewards, old_values, 0.99, 0.95)
    terms, _ = surrogate(policy, old, whitened(estimated, True), 0.2, 0.2)
    errors, _ = value_error(values, old_values, estimated + old_values, 0.2)
    ppo = aggregated(terms, "TOKEN_MEAN") + 0.1 * 0.5 * aggregated(errors, "TOKEN_MEAN")

    terms, _ = surrogate(policy, old, group(scores, "grpo")[:, None], 0.2, 0.2)
    grpo = aggregated(terms + 0.04 * estimate("k3", policy, reference), "RESPONSE_MEAN")

    totals = scores - 0.1 * (kl * MASK).sum(1)
    rloo = -(group(totals, "rloo") * (policy * MASK).sum(1)).mean()

    return dict(
        policy=ragged(policy),
        old=ragged(old),
        reference=ragged(reference),
        values=ragged(values),
        oldValues=ragged(old_values),
        scores=scores.tolist(),
        ended=ended.tolist(),
        ppo=dict(
            loss=ppo.item(), slopes=ragged(gradients(ppo, policy)), valueSlopes=ragged(gradients(ppo, values))
        ),
        grpo=dict(loss=grpo.item(), slopes=ragged(gradients(grpo, policy))),
        rloo=dict(loss=rloo.item(), slopes=ragged(gradients(rloo, policy))),
    )


def controllers_table():
    """The coefficient after each of some steps; a target of 0 is for one that is fixed."""
    rows = []
    for coefficient, target, horizon, samples, kls in (
        (0.05, 6.0, 10_000, 64, (0.0, 3.5, 5.1, 6.0, 6.3, 7.19, 7.21, 40.0, 5.9)),
        (0.2, 0.5, 256, 128, (0.45, 0.55, 9.0, 9.0, 0.6, 0.41, 0.39, -2.0)),
        (1.5, 25.0, 32, 32, (24.0, 1e4, 26.0, -1e4, 25.0)),
        (0.05, 0.0, 10_000, 64, (0.0, 6.0, 1e6)),
    ):
        kl = torch.tensor(kls, dtype=torch.float64)
        error = ((kl - target) / target).clamp(-0.2, 0.2) if target else torch.zeros_like(kl)
        rows.append(
            dict(
                coefficient=coefficient,
                target=target,
                horizon=horizon,
                samples=samples,
                kls=kl.tolist(),
                coefficients=(coefficient * torch.cumprod(1 + error * samples / horizon, 0)).tolist(),
            )
        )
    return rows


def main():
    target = Path(sys.argv[1]) / "ppo"
    target.mkdir(exist_ok=True)
    for name, rows in dict(
        kl=kl_table(),
        rewards=rewards_table(),
        advantages=advantages_table(),
        whitening=whitening_table(),
        policy=policy_table(),
        value=value_table(),
        groups=group_table(),
        updates=[updates()],
        controllers=controllers_table(),
    ).items():
        lines = ",\n".join(json.dumps(row) for row in rows)
        target.joinpath(name + ".json").write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
