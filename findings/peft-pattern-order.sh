#!/bin/bash
# peft 0.21.0 saves alpha_pattern and rank_pattern in another order than it trained with, and then another entry counts.
#
# Of several patterns that match a module the first counts (peft/utils/other.py, get_pattern_key). save_pretrained writes adapter_config.json
# with sorted keys, so what comes first afterwards is what the alphabet puts first: of {"v_proj": 8, "layers.0.self_attn.v_proj": 16} every
# layer trains with 8, and the first is opened with 16. The adapter gives other values without a word; with rank_pattern it cannot be opened
# at all, as the shapes do not fit.
#
# Right:  the same logits before and after.   Seen:  others.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.15.0 transformers==5.18.0 peft==0.21.0
cd "$folder" && venv/bin/python - <<'PYTHON' 2>/dev/null
import torch
import peft
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

torch.manual_seed(0)
LlamaForCausalLM(LlamaConfig(vocab_size=24, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
                             initializer_range=0.5)).save_pretrained("base")
base = lambda: AutoModelForCausalLM.from_pretrained("base")
logits = lambda model: model.eval()(torch.tensor([[1, 5, 7]])).logits[0, -1]


def save(name, **patterns):
    trained = get_peft_model(base(), LoraConfig(task_type="CAUSAL_LM", r=2, lora_alpha=4, target_modules=["v_proj"], **patterns))
    for parameter in trained.parameters():
        if parameter.requires_grad:
            parameter.data += 0.3 * torch.randn_like(parameter)
    trained.save_pretrained(name)
    return trained


trained = save("alpha", alpha_pattern={"v_proj": 8, "layers.0.self_attn.v_proj": 16})
differs = (logits(trained) - logits(PeftModel.from_pretrained(base(), "alpha"))).abs().max().item()
save("rank", rank_pattern={"v_proj": 4, "layers.0.self_attn.v_proj": 6})
try:
    PeftModel.from_pretrained(base(), "rank")
    opens = True
except RuntimeError:
    opens = False
print(f"peft {peft.__version__}: logits differ by {differs:.2f} after saving with alpha_pattern; rank_pattern opens: {opens}")
assert differs > 0.1 and not opens, "the behaviour has changed"
PYTHON
