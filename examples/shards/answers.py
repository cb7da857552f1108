"""Answers to one question about many ECGs, shared out among processes. torchrun --nproc_per_node 2 answers.py MODEL CODES OUT"""
import json
import sys

import torch
from accelerate import PartialState
from transformers import AutoModelForCausalLM, AutoTokenizer

model_dir, codes_file, out = sys.argv[1:]
state = PartialState(cpu=not torch.cuda.is_available())  # which process of how many; one GPU each
tokenizer = AutoTokenizer.from_pretrained(model_dir, padding_side="left")
model = AutoModelForCausalLM.from_pretrained(model_dir, dtype=torch.float32).to(state.device).eval()


def prompt(codes, question):  # from the README.md of the exported folder
    return (
        "<|begin_of_text|><|start_prompt|> Dataset description: The dataset contains electrocardiogram (ECG) time-series data. Task description: Based on a patient's 12-lead ECG signal (500 Hz) and background information, answer a clinical question related to cardiac health. Question:"
        + question + " <|end_prompt|> <|start_ecg|> " + "".join(f"<|ecg_{code}|>" for code in codes) + "<|end_ecg|>Answer:"
    )


records = json.load(open(codes_file))["records"]
with state.split_between_processes(records) as mine, open(f"{out}.{state.process_index}.jsonl", "w") as lines:
    for record in mine:
        inputs = tokenizer(prompt(record["codes"], "Is this ECG normal?"), add_special_tokens=False, return_tensors="pt")
        with torch.inference_mode():
            ids = model.generate(**inputs.to(state.device), max_new_tokens=170, do_sample=False)
        text = tokenizer.decode(ids[0, inputs["input_ids"].shape[1]:], skip_special_tokens=True).strip()
        print(json.dumps({"record": record["record"], "answer": text}), file=lines)
