#!/bin/bash
# ECG codes of PTB-XL, made by four tasks of an array: PTBXL=... SHARDS=... sbatch slurm-array.sh
# A task that is killed or requeued goes on where it was. For another number of tasks change --array; the shards stay the
# same, byte for byte.
# Submit it in a folder that all nodes see, with heartllm installed in it: npx then asks no registry.
#SBATCH --job-name=tokenize-ptbxl
#SBATCH --array=0-3
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=01:00:00
#SBATCH --requeue
set -euo pipefail
exec npx --yes heartllm tokenize --ptbxl "$PTBXL" --out "$SHARDS" --threads "$SLURM_CPUS_PER_TASK"
