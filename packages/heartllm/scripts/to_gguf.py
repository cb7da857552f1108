"""A merged export as a GGUF file for llama.cpp, in float32.

    heartllm export --out exported --merge
    pip install gguf numpy safetensors
    python packages/heartllm/scripts/to_gguf.py exported exported.gguf

llama.cpp's own convert_hf_to_gguf.py knows vocabularies by a checksum, and a small one of this project's own is none that it
knows. The pre-tokenizer is Llama-3's all the same, as this script says. For an extended Llama-3 vocabulary take llama.cpp's.
"""

import json
import pathlib
import sys

import gguf
import numpy
from safetensors.numpy import load_file

NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
TOP = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


def main(folder, out):
    config = json.loads((folder / "config.json").read_text())
    if config["rope_parameters"]["rope_type"] != "default":
        sys.exit(f"{folder}/config.json: rope_type {config['rope_parameters']['rope_type']}: take llama.cpp's converter")
    writer = gguf.GGUFWriter(out, "llama")
    write_config(writer, config)
    write_vocabulary(writer, config, json.loads((folder / "tokenizer.json").read_text()))
    for name, values in load_file(folder / "model.safetensors").items():
        values = values.astype(numpy.float32)
        if "q_proj" in name:
            values = interleave(values, config["num_attention_heads"])
        if "k_proj" in name:
            values = interleave(values, config["num_key_value_heads"])
        writer.add_tensor(gguf_name(name), values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_config(writer, config):
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def write_vocabulary(writer, config, tokenizer):
    special = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    ids = {**tokenizer["model"]["vocab"], **special}
    words = sorted(ids, key=ids.get)
    if [ids[word] for word in words] != list(range(config["vocab_size"])):
        sys.exit(f"tokenizer.json: {len(words)} words, the embeddings have {config['vocab_size']} rows")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(words)
    kinds = gguf.TokenType
    writer.add_token_types([kinds.CONTROL if word in special else kinds.NORMAL for word in words])
    merges = tokenizer["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_pad_token_id(config["pad_token_id"])
    writer.add_add_bos_token(False)  # prompts begin with their own


def gguf_name(name):
    if name in TOP:
        return TOP[name]
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{NAMES[rest.removesuffix('.weight')]}.weight"


def interleave(weight, heads):
    """llama.cpp turns neighbouring rows of a head together, Hugging Face the first half with the second."""
    rows, width = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, width).swapaxes(1, 2).reshape(rows, width)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
