"""PyTorch's side of encode.ts: milliseconds per ECG of the published encoder, batch of 8, with so many threads."""
import sys, time
import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
BATCH, LEADS, SAMPLES, WIDTH = 8, 12, 5000, 32


class Mixed(nn.Module):
    """Branches of width 3, 5, 7 and of width 1 over the pooled input side by side, the input added, normalized."""

    def __init__(self, channels):
        super().__init__()
        quarter = WIDTH // 4
        self.convs = nn.ModuleList([nn.Conv1d(channels, quarter, k, padding=k // 2, bias=False) for k in (3, 5, 7)])
        self.pooled = nn.Sequential(nn.MaxPool1d(3, 1, 1), nn.Conv1d(channels, quarter, 1, bias=False))
        self.match = nn.Identity() if channels == WIDTH else nn.Conv1d(channels, WIDTH, 1, bias=False)
        self.finish = nn.Sequential(nn.GroupNorm(8, WIDTH), nn.LeakyReLU(0.01))

    def forward(self, x):
        branches = [conv(x) for conv in self.convs] + [self.pooled(x)]
        return self.finish(torch.cat(branches, 1) + self.match(x))


stages = []
for i in range(4):
    stages += [Mixed(1 if i == 0 else WIDTH), nn.Conv1d(WIDTH, WIDTH, 3, 2, 1, bias=False)]
lead_encoder = nn.Sequential(*stages, Mixed(WIDTH))
to_code = nn.Linear(LEADS * WIDTH, 4)
x = torch.randn(BATCH, LEADS, SAMPLES)


def encode():
    features = [lead_encoder(x[:, i : i + 1]) for i in range(LEADS)]
    return torch.round(torch.sigmoid(to_code(torch.cat(features, 1).transpose(1, 2))) * 5)


times = []
with torch.no_grad():
    for _ in range(9):
        start = time.perf_counter()
        encode()
        times.append((time.perf_counter() - start) * 1000 / BATCH)
print(round(sorted(times[2:])[3], 1))
