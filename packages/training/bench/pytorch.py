"""PyTorch's side of steps.ts: milliseconds of training steps, one number per line.

    python3 pytorch.py tokenizer|lora THREADS STEPS

tokenizer: encoder, quantizer and decoder as published, 4 recordings of 12 x 5000, AdamW. lora: a Llama of 6 layers as
transformers computes it, with LoRA of rank 64 on all projections as PEFT does, 4 x 400 tokens, Adam.
"""
import sys, time
import torch
from torch import nn
from torch.nn import functional as F


class Mixed(nn.Module):
    """Branches of width 3, 5, 7 and of width 1 over the pooled input side by side, the input added, normalized."""

    def __init__(self, channels, out):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv1d(channels, out // 4, k, padding=k // 2, bias=False) for k in (3, 5, 7)])
        self.pooled = nn.Sequential(nn.MaxPool1d(3, 1, 1), nn.Conv1d(channels, out // 4, 1, bias=False))
        self.match = nn.Identity() if channels == out else nn.Conv1d(channels, out, 1, bias=False)
        self.finish = nn.Sequential(nn.GroupNorm(8, out), nn.LeakyReLU(0.01))

    def forward(self, x):
        branches = [conv(x) for conv in self.convs] + [self.pooled(x)]
        return self.finish(torch.cat(branches, 1) + self.match(x))


def tokenizer_step():
    leads, width, wide = 12, 32, 384
    halvings = [m for i in range(4) for m in (Mixed(1 if i == 0 else width, width), nn.Conv1d(width, width, 3, 2, 1, bias=False))]
    doublings = [m for _ in range(4) for m in (nn.ConvTranspose1d(wide, wide, 3, 2, 1, output_padding=1), Mixed(wide, wide))]
    network = nn.ModuleDict({
        "lead": nn.Sequential(*halvings, Mixed(width, width)),
        "to_code": nn.Linear(leads * width, 4),
        "expand": nn.Linear(4, wide),
        "decode": nn.Sequential(*doublings, nn.Conv1d(wide, leads, 1)),
    })
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    x = torch.randn(4, leads, 5000)

    def step():
        features = torch.cat([network["lead"](x[:, i : i + 1]) for i in range(leads)], 1)  # [B, 384, 313]
        c = torch.sigmoid(network["to_code"](features.transpose(1, 2)))
        codes = c + (torch.round(c * 5) / 5 - c).detach()
        loss = F.mse_loss(network["decode"](network["expand"](codes).transpose(1, 2))[..., :5000], x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


class Adapted(nn.Module):
    def __init__(self, inputs, outputs, rank=64, alpha=16):
        super().__init__()
        self.base = nn.Linear(inputs, outputs, bias=False).requires_grad_(False)
        self.a, self.b = nn.Linear(inputs, rank, bias=False), nn.Linear(rank, outputs, bias=False)
        nn.init.zeros_(self.b.weight)
        self.scale = alpha / rank

    def forward(self, x):
        return self.base(x) + self.b(self.a(x)) * self.scale


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width), requires_grad=False)

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


def turned(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat([-second, first], -1) * sin


def attention(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    scores = q @ k.transpose(2, 3) / q.shape[-1] ** 0.5
    hidden = torch.ones(scores.shape[2:], dtype=torch.bool).triu(1)
    return torch.softmax(scores.masked_fill(hidden, float("-inf")), -1) @ v


class Layer(nn.Module):
    def __init__(self, width, middle, heads, groups):
        super().__init__()
        self.heads, self.groups, self.head = heads, groups, width // heads
        self.norms = nn.ModuleList([RmsNorm(width), RmsNorm(width)])
        self.q, self.o = Adapted(width, width), Adapted(width, width)
        self.k, self.v = Adapted(width, groups * self.head), Adapted(width, groups * self.head)
        self.gate, self.up, self.down = Adapted(width, middle), Adapted(width, middle), Adapted(middle, width)

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape
        y = self.norms[0](x)
        q, k, v = (p(y).view(batch, length, -1, self.head).transpose(1, 2) for p in (self.q, self.k, self.v))
        q, k = turned(q, cos, sin), turned(k, cos, sin)
        k, v = (z.repeat_interleave(self.heads // self.groups, 1) for z in (k, v))
        x = x + self.o(attention(q, k, v).transpose(1, 2).reshape(batch, length, -1))
        y = self.norms[1](x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


def lora_step():
    vocabulary, width, middle, layers, heads, groups = 4096, 192, 512, 6, 6, 2
    embedding = nn.Parameter(0.02 * torch.randn(vocabulary, width), requires_grad=False)  # the output layer's too
    network = nn.ModuleList([Layer(width, middle, heads, groups) for _ in range(layers)])
    norm = RmsNorm(width)
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=1e-4)
    ids = torch.randint(0, 4000, (4, 400))
    frequencies = 10000 ** (-torch.arange(0, width // heads, 2) / (width // heads))
    angles = torch.outer(torch.arange(400).float(), frequencies).repeat(1, 2)
    cos, sin = angles.cos(), angles.sin()

    def step():
        x = embedding[ids]
        for layer in network:
            x = layer(x, cos, sin)
        logits = norm(x) @ embedding.T
        loss = F.cross_entropy(logits[:, :-1].reshape(-1, vocabulary), ids[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


what, threads, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)
step = {"tokenizer": tokenizer_step, "lora": lora_step}[what]()
step()
for _ in range(steps):
    start = time.perf_counter()
    step()
    print(round((time.perf_counter() - start) * 1000, 1))
