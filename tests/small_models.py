"""Sentence-transformers models small enough to make in a test: random weights, own vocabulary."""

import json
from collections.abc import Mapping
from pathlib import Path

WORDS = """a an and are as at before bone bones by calcium day drink eat for fracture from how is it
long may night not of on once one take tablet tablets the to vitamin walk water week weekly what
when with worn splint you your""".split()
LETTERS = [chr(code) for code in range(ord("a"), ord("z") + 1)]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = [*SPECIAL, *"0123456789.,:;?!()-/'", *LETTERS, *(f"##{x}" for x in LETTERS), *WORDS]


def small_model(
    folder: Path,
    kind: str = "bert",
    pooling: str = "cls",
    prompts: Mapping[str, str] | None = None,
    spread: float = 0.5,
) -> Path:
    """Save one in `folder`; it does not normalise, and reads 64 tokens. Weights of a wide `spread`
    do not survive int8."""
    import torch  # imported here: most tests need none of it
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoConfig, AutoModel, BertTokenizerFast

    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY))
    sizes = {
        "bert": {
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 64,
        },
        "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64},
    }
    torch.manual_seed(0)
    config = AutoConfig.for_model(kind, vocab_size=len(VOCABULARY), initializer_range=spread)
    config.update(sizes[kind] | {"max_position_embeddings": 64})
    AutoModel.from_config(config).save_pretrained(folder / "raw")
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if kind == "bert" else [])]
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), model_input_names=names)
    tokenizer.save_pretrained(folder / "raw")
    transformer = Transformer(str(folder / "raw"), max_seq_length=64)
    modules = [transformer, Pooling(32, pooling_mode=pooling)]
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder / "model"))
    settings = folder / "model" / "config_sentence_transformers.json"
    said = json.loads(settings.read_text()) | {"prompts": dict(prompts or {})}
    settings.write_text(json.dumps(said))
    return folder / "model"
