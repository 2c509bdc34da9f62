/* From the numbers of a text's tokens to one vector of unit length (BERT: Devlin and others, 2019). */

#include "kernel.h"

#define ALIGNED __attribute__((aligned(16)))

static int32_t ids[MOST_TOKENS];
static float states[MOST_TOKENS * MOST_NUMBERS] ALIGNED;
static float attended[MOST_TOKENS * MOST_NUMBERS] ALIGNED;
static float queries[MOST_TOKENS * MOST_NUMBERS] ALIGNED;
static float keys[MOST_TOKENS * MOST_NUMBERS] ALIGNED;
static float values[MOST_TOKENS * MOST_NUMBERS] ALIGNED;
static float inner[MOST_TOKENS * MOST_INNER] ALIGNED;
float result[MOST_NUMBERS] ALIGNED;

/* Return where the numbers of tokens belong. */
EXPORT(ids_at) uint32_t ids_at(void) {
  return (uint32_t)ids;
}

/* Return where the result is. */
EXPORT(result_at) uint32_t result_at(void) {
  return (uint32_t)result;
}

static bool are_known(int count) {
  for (int at = 0; at < count; at++) {
    if (ids[at] < 0 || ids[at] >= model.known) {
      return false;
    }
  }
  return true;
}

/* Write the vectors of the text's tokens. */
static void look_up(float *to, int count) {
  int width = model.token_width;
  int groups = width / GROUP;
  for (int at = 0; at < count; at++) {
    int8_t numbers[MOST_NUMBERS] ALIGNED;
    uint32_t before = (uint32_t)ids[at] * (uint32_t)groups;
    const uint8_t *scales = model.token_scales + 2 * before;
    expand(numbers, model.token_planes + 4 * (uint32_t)model.token_bits * before, groups, model.token_bits);
    for (int k = 0; k < width; k++) {
      to[at * width + k] = (float)numbers[k] * read_half(scales + 2 * (k / GROUP));
    }
  }
}

static void embed(int count) {
  if (model.token_width == model.width) {
    look_up(states, count);
  } else {
    look_up(inner, count);
    multiply(&model.widen, inner, states, count);
  }
  normalise(states, model.position_vectors, &model.first, count, model.width);
}

/* Write how much a token attends to each, as shares that add up to 1. */
static void weigh(float *shares, const float *query, int head, int size, int count) {
  float root = 1.0f / __builtin_sqrtf((float)size);
  float most = -1e30f;
  float sum = 0;
  for (int at = 0; at < count; at++) {
    const float *key = keys + at * model.width + head * size;
    v128_t product = wasm_f32x4_splat(0);
    for (int k = 0; k < size; k += 4) {
      product = wasm_f32x4_add(product, wasm_f32x4_mul(wasm_v128_load(query + k), wasm_v128_load(key + k)));
    }
    shares[at] = sum_lanes(product) * root;
    most = shares[at] > most ? shares[at] : most;
  }
  for (int at = 0; at < count; at++) {
    shares[at] = exponential(shares[at] - most);
    sum += shares[at];
  }
  for (int at = 0; at < count; at++) {
    shares[at] /= sum;
  }
}

static void attend(int count) {
  int size = model.width / model.heads;
  for (int head = 0; head < model.heads; head++) {
    for (int at = 0; at < count; at++) {
      float shares[MOST_TOKENS];
      int place = at * model.width + head * size;
      weigh(shares, queries + place, head, size, count);
      for (int k = 0; k < size; k += 4) {
        v128_t sum = wasm_f32x4_splat(0);
        for (int other = 0; other < count; other++) {
          v128_t value = wasm_v128_load(values + other * model.width + head * size + k);
          sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_f32x4_splat(shares[other]), value));
        }
        wasm_v128_store(attended + place + k, sum);
      }
    }
  }
}

/* The activation of a layer's inner numbers: GELU (Hendrycks and Gimpel, 2016). */
static void activate(float *numbers, int count) {
  for (int k = 0; k < count; k++) {
    numbers[k] = 0.5f * numbers[k] * (1.0f + error_function(numbers[k] * 0.70710678f));
  }
}

static void run_layer(const Layer *layer, int count) {
  multiply(&layer->query, states, queries, count);
  multiply(&layer->key, states, keys, count);
  multiply(&layer->value, states, values, count);
  attend(count);
  multiply(&layer->out, attended, queries, count);
  normalise(states, queries, &layer->after_attention, count, model.width);
  multiply(&layer->up, states, inner, count);
  activate(inner, count * model.inner);
  multiply(&layer->down, inner, queries, count);
  normalise(states, queries, &layer->after_inner, count, model.width);
}

/* Write the mean of all tokens, in the space of the documents' vectors. */
static void pool(int count) {
  float *mean = model.is_projected ? attended : result;
  for (int k = 0; k < model.width; k++) {
    float sum = 0;
    for (int at = 0; at < count; at++) {
      sum += states[at * model.width + k];
    }
    mean[k] = sum / (float)count;
  }
  if (model.is_projected) {
    multiply(&model.project, mean, result, 1);
  }
}

static void make_unit(float *vector, int width) {
  float squares = 0;
  for (int k = 0; k < width; k++) {
    squares += vector[k] * vector[k];
  }
  float factor = 1.0f / __builtin_sqrtf(squares + 1e-30f);
  for (int k = 0; k < width; k++) {
    vector[k] *= factor;
  }
}

/* Encode a text of so many tokens; return how many numbers the result has, 0 if that cannot be. */
EXPORT(encode) int encode(int count) {
  if (!model.has_tokens || count < 1 || count > count_positions() || !are_known(count)) {
    return 0;
  }
  embed(count);
  for (int at = 0; at < model.layer_count; at++) {
    run_layer(&model.layers[at], count);
  }
  pool(count);
  make_unit(result, model.dimensions);
  return model.dimensions;
}
