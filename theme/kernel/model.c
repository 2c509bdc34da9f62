/* Loads a model's files, which may be damaged: every size is checked before it is used. */

#include "kernel.h"

/* The places of numbers in the header of a file. */
enum { MAGIC, LAYERS, WIDTH, INNER, HEADS, POSITIONS, PROJECTED, BITS, TOKEN_WIDTH };
enum { TOKENS_KNOWN = 1, TOKENS_WIDTH, TOKENS_BITS };

#define MAGIC_OF_LAYERS 0x31454254 /* TBE1 */
#define MAGIC_OF_TOKENS 0x31544254 /* TBT1 */
#define WHOLE_BITS 8               /* of matrices that are too small to be worth fewer */

Model model;

/* A file that is read from its beginning to its end. What is read after its end, or when there is no
   memory, is nothing; so only the end of loading looks at `error`. */
typedef struct {
  const uint8_t *at;
  uint32_t left;
  int error;
} Reader;

static const uint8_t *take(Reader *reader, uint32_t size) {
  if (reader->error == GOOD && size > reader->left) {
    reader->error = WRONG_LENGTH;
  }
  if (reader->error != GOOD) {
    return 0;
  }
  const uint8_t *taken = reader->at;
  reader->at += size;
  reader->left -= size;
  return taken;
}

static void *make_room(Reader *reader, uint32_t size) {
  uint32_t at = reader->error == GOOD ? alloc(size) : 0;
  if (reader->error == GOOD && at == 0) {
    reader->error = NO_MEMORY;
  }
  return (void *)at;
}

static const float *read_numbers(Reader *reader, int count) {
  const uint8_t *halves = take(reader, 2 * (uint32_t)count);
  float *numbers = make_room(reader, 4 * (uint32_t)count);
  if (reader->error != GOOD) {
    return 0;
  }
  for (int i = 0; i < count; i++) {
    numbers[i] = read_half(halves + 2 * i);
  }
  return numbers;
}

static Norm read_norm(Reader *reader, int width) {
  Norm norm;
  norm.gains = read_numbers(reader, width);
  norm.biases = read_numbers(reader, width);
  return norm;
}

static Matrix read_matrix(Reader *reader, int rows, int columns, int bits) {
  Matrix matrix;
  int groups = rows * (columns / GROUP);
  matrix.rows = rows;
  matrix.columns = columns;
  matrix.scales = read_numbers(reader, groups);
  matrix.biases = read_numbers(reader, rows);
  const uint8_t *planes = take(reader, (uint32_t)(groups * 4 * bits));
  int8_t *weights = make_room(reader, (uint32_t)(groups * GROUP));
  if (reader->error == GOOD) {
    expand(weights, planes, groups, bits);
  }
  matrix.weights = weights;
  return matrix;
}

static Layer read_layer(Reader *reader, int width, int inner, int bits) {
  Layer layer;
  layer.query = read_matrix(reader, width, width, bits);
  layer.key = read_matrix(reader, width, width, bits);
  layer.value = read_matrix(reader, width, width, bits);
  layer.out = read_matrix(reader, width, width, bits);
  layer.after_attention = read_norm(reader, width);
  layer.up = read_matrix(reader, inner, width, bits);
  layer.down = read_matrix(reader, width, inner, bits);
  layer.after_inner = read_norm(reader, width);
  return layer;
}

static bool is_between(int value, int least, int most) {
  return value >= least && value <= most;
}

/* Tell whether a width is one that groups fill. */
static bool is_width(int value, int most) {
  return is_between(value, GROUP, most) && value % GROUP == 0;
}

static bool are_sizes_right(const int32_t *header) {
  int width = header[WIDTH];
  int heads = header[HEADS];
  if (!is_width(width, MOST_NUMBERS) || !is_width(header[INNER], MOST_INNER)) {
    return false;
  }
  /* Four numbers of a head are multiplied at once. */
  if (!is_between(heads, 1, MOST_HEADS) || width % (4 * heads) != 0) {
    return false;
  }
  if (header[PROJECTED] != 0 && !is_width(header[PROJECTED], MOST_NUMBERS)) {
    return false;
  }
  if (header[TOKEN_WIDTH] != 0 && !is_width(header[TOKEN_WIDTH], MOST_NUMBERS)) {
    return false;
  }
  return is_between(header[LAYERS], 1, MOST_LAYERS) && is_between(header[POSITIONS], 1, MOST_KNOWN / MOST_NUMBERS) &&
         is_between(header[BITS], 1, WHOLE_BITS);
}

static void take_sizes(const int32_t *header) {
  model.layer_count = header[LAYERS];
  model.width = header[WIDTH];
  model.inner = header[INNER];
  model.heads = header[HEADS];
  model.positions = header[POSITIONS];
  model.is_projected = header[PROJECTED] != 0;
  model.dimensions = model.is_projected ? header[PROJECTED] : model.width;
  model.token_width = header[TOKEN_WIDTH] ? header[TOKEN_WIDTH] : model.width;
}

/* Copy a header, because nobody says that a file begins at a multiple of four. */
static int read_header(Reader *reader, int32_t *header, int magic) {
  const uint8_t *from = take(reader, HEADER);
  if (reader->error != GOOD) {
    return reader->error;
  }
  __builtin_memcpy(header, from, HEADER);
  return header[MAGIC] == magic ? GOOD : WRONG_FORMAT;
}

/* Load the layers of an encoder from a file in memory; return what is wrong with it. */
EXPORT(load_layers) int load_layers(uint32_t at, uint32_t size) {
  Reader reader = {(const uint8_t *)at, size, GOOD};
  int32_t header[HEADER / 4];
  model.has_layers = false;
  model.has_tokens = false;
  if (!is_in_memory(at, size)) {
    return NOT_IN_MEMORY;
  }
  int wrong = read_header(&reader, header, MAGIC_OF_LAYERS);
  if (wrong != GOOD) {
    return wrong;
  }
  if (!are_sizes_right(header)) {
    return WRONG_SIZES;
  }
  take_sizes(header);
  int bits = header[BITS];
  model.position_vectors = read_numbers(&reader, model.positions * model.width);
  model.first = read_norm(&reader, model.width);
  if (model.token_width != model.width) {
    model.widen = read_matrix(&reader, model.width, model.token_width, WHOLE_BITS);
  }
  for (int i = 0; i < model.layer_count; i++) {
    model.layers[i] = read_layer(&reader, model.width, model.inner, bits);
  }
  if (model.is_projected) {
    model.project = read_matrix(&reader, model.dimensions, model.width, WHOLE_BITS);
  }
  if (reader.error == GOOD && reader.left != 0) {
    return WRONG_LENGTH;
  }
  model.has_layers = reader.error == GOOD;
  return reader.error;
}

/* Take the vectors of tokens from a file in memory, after the layers; return what is wrong with it.
   They stay as they are: a question needs few of them. */
EXPORT(load_tokens) int load_tokens(uint32_t at, uint32_t size) {
  Reader reader = {(const uint8_t *)at, size, GOOD};
  int32_t header[HEADER / 4];
  model.has_tokens = false;
  if (!is_in_memory(at, size)) {
    return NOT_IN_MEMORY;
  }
  if (!model.has_layers) {
    return NOT_LOADED;
  }
  int wrong = read_header(&reader, header, MAGIC_OF_TOKENS);
  if (wrong != GOOD) {
    return wrong;
  }
  if (!is_between(header[TOKENS_KNOWN], 1, MOST_KNOWN) || !is_between(header[TOKENS_BITS], 1, WHOLE_BITS) ||
      header[TOKENS_WIDTH] != model.token_width) {
    return WRONG_SIZES;
  }
  model.known = header[TOKENS_KNOWN];
  model.token_bits = header[TOKENS_BITS];
  /* At most 2^20 tokens of 2^5 groups of 32 bytes: no more than 2^30. */
  uint32_t groups = (uint32_t)model.known * (uint32_t)(model.token_width / GROUP);
  model.token_scales = take(&reader, 2 * groups);
  model.token_planes = take(&reader, 4 * (uint32_t)model.token_bits * groups);
  if (reader.error == GOOD && reader.left != 0) {
    return WRONG_LENGTH;
  }
  model.has_tokens = reader.error == GOOD;
  return reader.error;
}

/* Return how many tokens are known, for which a vocabulary must have names. */
EXPORT(count_known) int count_known(void) {
  return model.has_tokens ? model.known : 0;
}

/* Return the most tokens that a text can have. */
EXPORT(count_positions) int count_positions(void) {
  int positions = model.has_layers ? model.positions : 0;
  return positions < MOST_TOKENS ? positions : MOST_TOKENS;
}

/* Return how many numbers a result has. */
EXPORT(count_dimensions) int count_dimensions(void) {
  return model.has_layers ? model.dimensions : 0;
}
