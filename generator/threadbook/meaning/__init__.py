"""What texts mean, as vectors: a sentence encoder of the BERT family, in numpy alone.

`files` reads a model's files, `tokens` cuts texts into word pieces, `encoder` makes vectors of
them, `model` puts these together and finds the models that are installed, and `packing` writes
vectors in four bits a number. The room knows texts and numbers: what a thread is, which of its
texts count, and what is done with the vectors is said elsewhere. The browser's half is in
`theme/assets/search/`.
"""

from threadbook.meaning.model import Model, find_model, list_languages, read_model
from threadbook.meaning.packing import pack, row_size, unpack

__all__ = [
    "Model",
    "find_model",
    "list_languages",
    "pack",
    "read_model",
    "row_size",
    "unpack",
]
