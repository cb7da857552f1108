#!/bin/bash
# Every evaluation of a model, each by a task of its own: MODEL=... PTBXL=... OUT=... sbatch evaluate-array.sh
# The same script serves a Kubernetes Indexed Job of three completions. A task that is killed goes on where it was (qa, report).
# Submit it in a folder that all nodes see, with heartllm installed in it: npx then asks no registry.
#SBATCH --job-name=evaluate
#SBATCH --array=0-2
#SBATCH --cpus-per-task=2
#SBATCH --mem=2G
#SBATCH --time=04:00:00
#SBATCH --requeue
set -euo pipefail
evaluations=(tokenizer qa report)
what=${evaluations[${SLURM_ARRAY_TASK_ID:-${JOB_COMPLETION_INDEX:?neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set}}]}
predictions=()
[[ $what == tokenizer ]] || predictions=(--out "$OUT/$what.jsonl") # one line per prediction, and the place to go on from
mkdir -p "$OUT"
npx --yes heartllm eval "$what" --model "$MODEL" --data "$PTBXL" --fold "${FOLD:-9}" --json "${predictions[@]}" > "$OUT/$what.tmp"
mv "$OUT/$what.tmp" "$OUT/$what.json"
