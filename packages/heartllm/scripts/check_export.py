"""Whether an exported folder answers in Python what it answers here, token by token.

    heartllm export --out exported [--merge] [--model DIR]
    pip install torch transformers peft
    python packages/heartllm/scripts/check_export.py exported RECORD... [--model DIR]

Runs the Python lines of the folder's own README.md, and holds against `heartllm tokenize`, `ask` and `report` (of the
model that was exported, --model as there): the ids of every prompt, and every generated text, greedily. Exit code 1 when
anything differs. Run it where `npx heartllm` is this package, such as at the root of the repository.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

QUESTIONS = [
    "Is this ECG normal?",
    "Does this ECG show symptoms of myocardial infarction?",
    "Is this ECG showing a normal or an abnormal rhythm?",
    "What diagnostic symptoms does this ECG show?",
]

PROMPT_IDS = """
import { readFileSync } from 'node:fs';
import { EcgVocabulary, questionPrompt, reportPrompt } from '@heartllm/vocab-bridge';
const [tokenizer, ecgs] = JSON.parse(readFileSync(0, 'utf8'));
const vocabulary = new EcgVocabulary(tokenizer);
console.log(JSON.stringify(ecgs.map(({ codes, questions }) => [
  ...questions.map((question) => questionPrompt(vocabulary, { codes, question })),
  reportPrompt(vocabulary, { codes }),
])));
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="what heartllm export wrote")
    parser.add_argument("records", nargs="+", help="WFDB records")
    parser.add_argument("--model", help="model folder that was exported (default: the embedded one)")
    parser.add_argument("--command", default="npx heartllm", help="how to run the command line (default: npx heartllm)")
    options = parser.parse_args()

    model = ["--model", options.model] if options.model else []

    def heartllm(*arguments):
        command = [*options.command.split(), *arguments, *model, "--json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    records = heartllm("tokenize", *options.records)["records"]
    expected = [
        [heartllm("ask", record["record"], question) for question in QUESTIONS] + [heartllm("report", record["record"])]
        for record in records
    ]
    llm = options.folder / "llm" if (options.folder / "llm").is_dir() else options.folder
    tokenizer_json = json.loads((llm / "tokenizer.json").read_text())
    ecgs = [{"codes": record["codes"], "questions": QUESTIONS} for record in records]
    ids = json.loads(
        subprocess.run(
            ["node", "--input-type=module", "--eval", PROMPT_IDS],
            input=json.dumps([tokenizer_json, ecgs]),
            check=True,
            capture_output=True,
            text=True,
            cwd=pathlib.Path(__file__).parent,
        ).stdout
    )

    python = open_as_readme_says(options.folder)
    wrong = 0
    for record, answers, prompts in zip(records, expected, ids):
        codes = record["codes"]
        cases = [(question, python["question_prompt"](codes, question), 170, "text") for question in QUESTIONS]
        cases.append(("report", python["report_prompt"](codes), 200, "report"))
        for (name, prompt, limit, field), answer, prompt_ids in zip(cases, answers, prompts):
            same_ids = python["tokenizer"](prompt, add_special_tokens=False)["input_ids"] == prompt_ids
            text = python["generate"](prompt, limit)
            same_text = text == answer[field]
            wrong += not (same_ids and same_text)
            print(f"{'ok   ' if same_ids and same_text else 'WRONG'} {record['record']}: {name} {text}")
            if not same_ids:
                print("      the prompt has other ids")
            if not same_text:
                print(f"      heartllm: {answer[field]}")
    total = sum(len(answers) for answers in expected)
    print(f"{total - wrong} of {total} prompts and texts are the same, to the token and to the letter")
    return 1 if wrong else 0


def open_as_readme_says(folder):
    """The names that the README's Python block defines, its last lines, which need a file of codes, left out."""
    block = re.search(r"```python\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL).group(1)
    names = {}
    before = os.getcwd()
    os.chdir(folder)
    try:
        exec(block.split("codes = json.load")[0], names)
    finally:
        os.chdir(before)
    return names


if __name__ == "__main__":
    sys.exit(main())
