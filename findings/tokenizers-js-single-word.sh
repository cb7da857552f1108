#!/bin/bash
# @huggingface/tokenizers 0.2.0 (what transformers.js tokenizes with) finds an added token with single_word inside longer words.
#
# single_word says that an added token counts only where no letter, digit or underscore is beside it
# (https://huggingface.co/docs/tokenizers/api/added-tokens). A word added to a clinical vocabulary, VES for a ventricular extrasystole, is then not found in
# SVES, a supraventricular one. The JavaScript library reads the field and never uses it, so that a model gets other ids there than it was trained with.
#
# Right (tokenizers 0.23.3):  VES is found in "2 VES", not in "2 SVES" and "VESx".   Seen:  it is found in all three.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tokenizers==0.23.3
cd "$folder" && npm install --silent --no-audit --no-fund @huggingface/tokenizers@0.2.0 >/dev/null
venv/bin/python - <<'PYTHON'
from tokenizers import AddedToken, Tokenizer, __version__, decoders, models, pre_tokenizers, processors

alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
tokenizer = Tokenizer(models.BPE({character: i for i, character in enumerate(alphabet)}, []))
tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
tokenizer.post_processor = processors.ByteLevel()
tokenizer.add_tokens([AddedToken("VES", single_word=True, normalized=False)])
tokenizer.save("tokenizer.json")
found = ["VES" in tokenizer.encode(text).tokens for text in ("2 VES", "2 SVES", "VESx")]
print("tokenizers", __version__, "finds it:", *found)
assert found == [True, False, False], "the behaviour has changed"
PYTHON
cat > encode.mjs <<'NODE'
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';

const tokenizer = new Tokenizer(JSON.parse(readFileSync('tokenizer.json', 'utf8')), {});
const found = ['2 VES', '2 SVES', 'VESx'].map((text) => tokenizer.encode(text).tokens.includes('VES'));
const { version } = JSON.parse(readFileSync('node_modules/@huggingface/tokenizers/package.json', 'utf8'));
console.log('@huggingface/tokenizers', version, 'finds it:', ...found);
assert.deepEqual(found, [true, true, true], 'the behaviour has changed');
NODE
node encode.mjs
