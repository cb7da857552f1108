import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import type { ModelManifest } from '../model-manifest.ts';
import { promptTexts } from './prompt-text.ts';
import type { WeightDtype } from './write-weights.ts';

/** What the README of an exported folder tells. */
export interface ExportedFolder {
  manifest: ModelManifest;
  /** Whether there is a PEFT adapter beside the base; otherwise the folder itself is the model. */
  adapter: boolean;
  vocabulary: EcgVocabulary;
  /** Where weights are not as they were. */
  dtype?: WeightDtype;
}

/** The README.md of an exported folder: what is in it, and the Python lines that open it. */
export function exportReadme({ manifest, adapter, vocabulary, dtype }: ExportedFolder): string {
  const { question, report } = promptTexts(vocabulary);
  const base = adapter ? 'llm' : '.';
  const open = adapter
    ? `base = AutoModelForCausalLM.from_pretrained("llm", dtype=torch.float32)
model = PeftModel.from_pretrained(base, "adapter").eval()`
    : `model = AutoModelForCausalLM.from_pretrained(".", dtype=torch.float32).eval()`;
  return `---
library_name: ${adapter ? 'peft' : 'transformers'}
pipeline_tag: text-generation
tags: [ecg, heartllm]
---

# ${manifest.name}

${manifest.description}

**Research software, not a medical device: not for diagnosis or treatment.**

Licence: ${manifest.license}

${manifest.training}

## What is here

${files(adapter, vocabulary.size, dtype)}

## Opening it in Python

\`\`\`sh
pip install torch transformers${adapter ? ' peft' : ''}
npx heartllm tokenize RECORD --model . --json > codes.json   # RECORD: a WFDB header, 12 leads
\`\`\`

\`\`\`python
import json
import torch
${adapter ? 'from peft import PeftModel\n' : ''}from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("${base}")
${open}

def question_prompt(codes, question):
    return (
        ${python(question.before)}.replace("{question}", question)
        + "".join(f"<|ecg_{code}|>" for code in codes)
        + ${python(question.after)}
    )

def report_prompt(codes, background=""):
    return (
        ${python(report.before)}.replace("{background}", background)
        + "".join(f"<|ecg_{code}|>" for code in codes)
        + ${python(report.after)}
    )

def generate(prompt, max_new_tokens):
    # the prompt begins with its own beginning of text
    inputs = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
    with torch.inference_mode():
        ids = model.generate(**inputs, max_new_tokens=max_new_tokens, do_sample=False)
    return tokenizer.decode(ids[0, inputs["input_ids"].shape[1]:], skip_special_tokens=True).strip()

codes = json.load(open("codes.json"))["records"][0]["codes"]
print(generate(question_prompt(codes, "Is this ECG normal?"), 170))
print(generate(report_prompt(codes), 200))
\`\`\`

It answers what \`npx heartllm ask RECORD "Is this ECG normal?" --model .\` answers.

## Prompts

One word \`<|ecg_0|>\` to \`<|ecg_${vocabulary.codes - 1}|>\` per code, one code per 32 ms, nothing between them. \`<|start_prompt|>\` and \`<|end_prompt|>\` look like
control words and are plain text. Several prompts at once are padded on the left.

\`\`\`text
${question.before}<|ecg_..|>...${question.after}
${report.before}<|ecg_..|>...${report.after}
\`\`\`

\`{background}\` is empty, or \`Patient Information: - Age: 56; - Sex: 1; - Height: nan; - Weight: 63; \` (0 male, 1 female). No identifiers.
A question that spells control words has to be tokenized apart, with \`split_special_tokens=True\`.
${adapter ? '' : serving}`;
}

const serving = `
## Serving it

The LoRA is in the weights and the vocabulary is an ordinary one, so servers need nothing special. Give them the ids of the prompt, or its text without
the beginning of text where they add their own, and temperature 0. Not tried with this folder:

\`\`\`python
from vllm import LLM, SamplingParams
llm = LLM(model=".", dtype="float32")
ids = tokenizer(question_prompt(codes, "Is this ECG normal?"), add_special_tokens=False)["input_ids"]
print(llm.generate({"prompt_token_ids": ids}, SamplingParams(temperature=0, max_tokens=170))[0].outputs[0].text)
\`\`\`

For llama.cpp: \`python to_gguf.py . model.gguf\`, with \`scripts/to_gguf.py\` of the npm package heartllm.
`;

function files(adapter: boolean, words: number, dtype: WeightDtype | undefined): string {
  const weights = dtype ? `weights as ${dtype}` : 'weights as they are in the model folder';
  const vocabulary = `a vocabulary of ${words} words, the ECG codes among them`;
  const tokenizer =
    '`ecg-tokenizer/`, `heartllm.json`: what turns an ECG into codes, for `heartllm` (also: `heartllm ask --model .`)';
  if (!adapter) {
    return `- \`model.safetensors\`, \`config.json\`, \`generation_config.json\`: a Llama, ${weights}
- \`tokenizer.json\`, \`tokenizer_config.json\`: ${vocabulary}
- ${tokenizer}`;
  }
  return `- \`llm/\`: an ordinary Llama, ${weights}, with ${vocabulary}
- \`adapter/\`: the LoRA as PEFT stores it
- ${tokenizer}`;
}

/** A text as a string of Python. */
function python(text: string): string {
  return JSON.stringify(text);
}
