"""Low-rank changes to a model's linear layers, while they are learnt.

Each layer is kept and something is added to what it gives (LoRA,
https://arxiv.org/abs/2106.09685). It imports torch, so only what learns imports it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from index.tuning import Change, Tuning

RANK = 16
DROPOUT = 0.05
WARMING = 20  # batches over which the steps rise; then they fall
LEAST = 0.02  # of a step, at the end
DECAY = 0.01
LONGEST = 96  # tokens of a text that are read
HALVED = bool(torch.cpu.get_capabilities().get("avx512_bf16"))  # twice as fast where it is built in
Batch = TypeVar("Batch")


class Changed(nn.Module):  # type: ignore[misc]
    """A linear layer that is kept, and a low-rank change to it that is learnt."""

    def __init__(self, kept: nn.Linear) -> None:
        super().__init__()
        self.kept = kept
        self.down = nn.Parameter(torch.randn(RANK, kept.in_features) / math.sqrt(kept.in_features))
        self.up = nn.Parameter(torch.zeros(kept.out_features, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """Shape (..., in) to (..., out)."""
        return self.kept(x) + (x @ self.down.T) @ self.up.T


def changed(model: nn.Module, kept: Tuning | None = None) -> dict[str, Changed]:
    """Exchange the linear layers of the encoder's blocks, the only ones that learn, by name; with
    a `kept` tuning they go on from there."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    linear = {n: m for n, m in model.encoder.named_modules() if isinstance(m, nn.Linear)}
    layers = {f"encoder.{name}": Changed(layer) for name, layer in linear.items()}
    for name, layer in layers.items():
        model.set_submodule(name, layer)
        if kept:
            layer.down.data, layer.up.data = map(torch.from_numpy, kept.changes[name])
    model.train()
    for layer in model.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = DROPOUT
    return layers


def parameters(layers: Mapping[str, Changed]) -> list[nn.Parameter]:
    """All that learns."""
    return [part for layer in layers.values() for part in (layer.down, layer.up)]


def changes(layers: Mapping[str, Changed]) -> dict[str, Change]:
    """What was learnt, as arrays."""
    return {
        name: (layer.down.detach().numpy(), layer.up.detach().numpy())
        for name, layer in layers.items()
    }


def encoded(model: Any, texts: Sequence[str]) -> Tensor:
    """Mean of the token vectors, of length one, with gradients; shape (len(texts), d)."""
    tokens = model.tokenizer(
        list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
    )
    with torch.autocast("cpu", torch.bfloat16, enabled=HALVED):
        states = model[0].model(**tokens).last_hidden_state.float()
    counted = tokens["attention_mask"].unsqueeze(-1)
    return normalize((states * counted).sum(1) / counted.sum(1), dim=-1)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what learns, and the size of its steps."""

    parameters: Sequence[nn.Parameter]
    step: float


def learn(
    parts: Sequence[Part],
    batches: Sequence[Batch],
    loss: Callable[[Batch], Tensor],
    done: Callable[[int], None],
) -> None:
    """Step down the `loss` of every batch (AdamW); `done` is told how many batches there are."""
    groups = [{"params": list(part.parameters), "lr": part.step} for part in parts]
    optimizer = torch.optim.AdamW(groups, weight_decay=DECAY)
    everything = [parameter for part in parts for parameter in part.parameters]
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min(1, (k + 1) / WARMING) * max(LEAST, 1 - k / len(batches))
    )
    for batch in batches:
        optimizer.zero_grad()
        loss(batch).backward()
        nn.utils.clip_grad_norm_(everything, 1.0)
        optimizer.step()
        pace.step()
        done(len(batches))
