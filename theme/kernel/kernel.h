/* The sentence encoder that runs in a reader's browser: what its files share.

   It is a BERT-like encoder for one short text, with weights of few bits, in WebAssembly with SIMD and
   without a library. `build.sh` makes `theme/assets/search/meaning/kernel.wasm` of it, which is kept in
   the repository; a test compares the two. `encoder.js` calls it.

   A model's files come from the site, and so may be damaged. Whatever they hold, nothing outside them
   is read: sizes are checked before anything else, and `load_layers` and `load_tokens` say what is wrong. */

#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name)))

enum {
  MOST_LAYERS = 12,
  MOST_TOKENS = 64,     /* of a text */
  MOST_NUMBERS = 1024,  /* the width of a layer, of a token and of the result */
  MOST_INNER = 4096,    /* the inner width of a layer */
  MOST_HEADS = 64,
  MOST_KNOWN = 1 << 20, /* tokens of a vocabulary */
  GROUP = 32,           /* numbers that share a scale, and the numbers in a word of a bit plane */
  HEADER = 64,          /* bytes */
  VECTOR_BITS = 4,      /* of the vectors of documents */
};

/* What is wrong with a file; `encoder.js` has the same numbers. */
enum {
  GOOD = 0,
  NOT_IN_MEMORY = 1,
  WRONG_FORMAT = 2,
  WRONG_SIZES = 3,
  WRONG_LENGTH = 4,
  NO_MEMORY = 5,
  NOT_LOADED = 6,
};

/* A matrix of `rows` times `columns` numbers. Each group of a row has a scale, each row a bias. */
typedef struct {
  int rows;
  int columns;
  const int8_t *weights;
  const float *scales;
  const float *biases;
} Matrix;

typedef struct {
  const float *gains;
  const float *biases;
} Norm;

typedef struct {
  Matrix query;
  Matrix key;
  Matrix value;
  Matrix out;
  Norm after_attention;
  Matrix up;
  Matrix down;
  Norm after_inner;
} Layer;

/* An encoder as it lies in memory. */
typedef struct {
  bool has_layers;
  bool has_tokens;

  int layer_count;
  int width;
  int inner;
  int heads;
  int positions;
  int dimensions;  /* numbers of a result */
  int token_width; /* numbers of a token: `width`, or fewer, which `widen` makes more */
  bool is_projected;

  const float *position_vectors;
  Norm first;
  Matrix widen;
  Layer layers[MOST_LAYERS];
  Matrix project;

  int known;      /* tokens */
  int token_bits;
  const uint8_t *token_scales; /* halves */
  const uint8_t *token_planes;
} Model;

extern Model model;
extern float result[MOST_NUMBERS];

/* memory.c */
uint32_t alloc(uint32_t size);
bool is_in_memory(uint32_t at, uint32_t size);

/* model.c */
int count_positions(void);

/* numbers.c */
float exponential(float x);
float error_function(float x);
void expand(int8_t *to, const uint8_t *planes, int groups, int bits);

/* arithmetic.c */
void multiply(const Matrix *matrix, const float *in, float *out, int count);
void normalise(float *rows, const float *added, const Norm *norm, int count, int width);

/* Return a number of 16 bits, of which a file is full, as one of 32. */
static inline float read_half(const uint8_t *at) {
  uint32_t bits = (uint32_t)at[0] | (uint32_t)at[1] << 8;
  uint32_t exponent = (bits >> 10) & 31;
  uint32_t fraction = bits & 1023;
  bool is_negative = bits & 0x8000;
  if (exponent == 0) {
    float tiny = (float)fraction * 5.9604644775390625e-8f; /* 2^-24 */
    return is_negative ? -tiny : tiny;
  }
  uint32_t wide = (is_negative ? 0x80000000u : 0) | (exponent + 112) << 23 | fraction << 13;
  float value;
  __builtin_memcpy(&value, &wide, 4);
  return value;
}

/* Add up the four numbers of a vector. */
static inline float sum_lanes(v128_t vector) {
  vector = wasm_f32x4_add(vector, wasm_i32x4_shuffle(vector, vector, 2, 3, 0, 1));
  vector = wasm_f32x4_add(vector, wasm_i32x4_shuffle(vector, vector, 1, 0, 3, 2));
  return wasm_f32x4_extract_lane(vector, 0);
}

/* Return the greatest of the four numbers of a vector. */
static inline float max_lane(v128_t vector) {
  vector = wasm_f32x4_pmax(vector, wasm_i32x4_shuffle(vector, vector, 2, 3, 0, 1));
  vector = wasm_f32x4_pmax(vector, wasm_i32x4_shuffle(vector, vector, 1, 0, 3, 2));
  return wasm_f32x4_extract_lane(vector, 0);
}

#endif
