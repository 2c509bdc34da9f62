/* What takes the time: matrices times vectors, and the normalisation of layers.

   Vectors are made whole numbers of 16 bits, each with one scale, before they are multiplied. So a group
   of 32 is multiplied and added up without rounding: 8 products of 15 and 7 bits fit into 32. */

#include "kernel.h"

#define LARGEST 32767.0f

static int16_t whole[MOST_TOKENS * MOST_INNER] __attribute__((aligned(16)));
static float whole_scales[MOST_TOKENS];
static int16_t row[MOST_INNER] __attribute__((aligned(16)));

/* Make vectors whole numbers. */
static void make_whole(const float *in, int count, int width) {
  for (int at = 0; at < count; at++) {
    const float *from = in + at * width;
    int16_t *to = whole + at * width;
    v128_t most = wasm_f32x4_splat(1e-20f);
    for (int k = 0; k < width; k += 4) {
      most = wasm_f32x4_pmax(most, wasm_f32x4_abs(wasm_v128_load(from + k)));
    }
    float largest = max_lane(most);
    whole_scales[at] = largest / LARGEST;
    v128_t factor = wasm_f32x4_splat(LARGEST / largest);
    for (int k = 0; k < width; k += 8) {
      v128_t first = wasm_f32x4_nearest(wasm_f32x4_mul(wasm_v128_load(from + k), factor));
      v128_t last = wasm_f32x4_nearest(wasm_f32x4_mul(wasm_v128_load(from + k + 4), factor));
      first = wasm_i32x4_trunc_sat_f32x4(first);
      last = wasm_i32x4_trunc_sat_f32x4(last);
      wasm_v128_store(to + k, wasm_i16x8_narrow_i32x4(first, last));
    }
  }
}

/* Give a row's weights 16 bits, once for all vectors. */
static void widen_row(const int8_t *weights, int width) {
  for (int k = 0; k < width; k += 16) {
    v128_t part = wasm_v128_load(weights + k);
    wasm_v128_store(row + k, wasm_i16x8_extend_low_i8x16(part));
    wasm_v128_store(row + k + 8, wasm_i16x8_extend_high_i8x16(part));
  }
}

/* Add the product of a group of the row, which is at hand as four parts, and of a vector's. */
static inline v128_t add_group(
    v128_t sum, v128_t scale, const int16_t *vector, v128_t w0, v128_t w1, v128_t w2, v128_t w3) {
  v128_t first = wasm_i32x4_add(
      wasm_i32x4_dot_i16x8(w0, wasm_v128_load(vector)),
      wasm_i32x4_dot_i16x8(w1, wasm_v128_load(vector + 8)));
  v128_t last = wasm_i32x4_add(
      wasm_i32x4_dot_i16x8(w2, wasm_v128_load(vector + 16)),
      wasm_i32x4_dot_i16x8(w3, wasm_v128_load(vector + 24)));
  v128_t product = wasm_f32x4_convert_i32x4(wasm_i32x4_add(first, last));
  return wasm_f32x4_add(sum, wasm_f32x4_mul(scale, product));
}

/* Multiply the row with four vectors at once, so that it is loaded once for them. */
static void multiply_four(const float *scales, int width, const int16_t *vectors, float *sums) {
  v128_t sum0 = wasm_f32x4_splat(0);
  v128_t sum1 = sum0;
  v128_t sum2 = sum0;
  v128_t sum3 = sum0;
  for (int k = 0; k < width; k += GROUP) {
    v128_t scale = wasm_v128_load32_splat(scales + k / GROUP);
    v128_t w0 = wasm_v128_load(row + k);
    v128_t w1 = wasm_v128_load(row + k + 8);
    v128_t w2 = wasm_v128_load(row + k + 16);
    v128_t w3 = wasm_v128_load(row + k + 24);
    sum0 = add_group(sum0, scale, vectors + k, w0, w1, w2, w3);
    sum1 = add_group(sum1, scale, vectors + width + k, w0, w1, w2, w3);
    sum2 = add_group(sum2, scale, vectors + 2 * width + k, w0, w1, w2, w3);
    sum3 = add_group(sum3, scale, vectors + 3 * width + k, w0, w1, w2, w3);
  }
  sums[0] = sum_lanes(sum0);
  sums[1] = sum_lanes(sum1);
  sums[2] = sum_lanes(sum2);
  sums[3] = sum_lanes(sum3);
}

static float multiply_one(const float *scales, int width, const int16_t *vector) {
  v128_t sum = wasm_f32x4_splat(0);
  for (int k = 0; k < width; k += GROUP) {
    v128_t scale = wasm_v128_load32_splat(scales + k / GROUP);
    v128_t w0 = wasm_v128_load(row + k);
    v128_t w1 = wasm_v128_load(row + k + 8);
    v128_t w2 = wasm_v128_load(row + k + 16);
    v128_t w3 = wasm_v128_load(row + k + 24);
    sum = add_group(sum, scale, vector + k, w0, w1, w2, w3);
  }
  return sum_lanes(sum);
}

/* Multiply so many vectors with a matrix, and add its biases. */
void multiply(const Matrix *matrix, const float *in, float *out, int count) {
  int width = matrix->columns;
  int rows = matrix->rows;
  make_whole(in, count, width);
  for (int n = 0; n < rows; n++) {
    const float *scales = matrix->scales + n * (width / GROUP);
    float bias = matrix->biases[n];
    int at = 0;
    widen_row(matrix->weights + n * width, width);
    for (; at + 4 <= count; at += 4) {
      float sums[4];
      multiply_four(scales, width, whole + at * width, sums);
      for (int i = 0; i < 4; i++) {
        out[(at + i) * rows + n] = sums[i] * whole_scales[at + i] + bias;
      }
    }
    for (; at < count; at++) {
      float sum = multiply_one(scales, width, whole + at * width);
      out[at * rows + n] = sum * whole_scales[at] + bias;
    }
  }
}

/* Normalise one vector: its mean is 0 and its variance 1 before gains and biases. */
static void normalise_one(float *vector, const Norm *norm, int width) {
  v128_t sum = wasm_f32x4_splat(0);
  for (int k = 0; k < width; k += 4) {
    sum = wasm_f32x4_add(sum, wasm_v128_load(vector + k));
  }
  v128_t mean = wasm_f32x4_splat(sum_lanes(sum) / (float)width);
  v128_t squares = wasm_f32x4_splat(0);
  for (int k = 0; k < width; k += 4) {
    v128_t from_mean = wasm_f32x4_sub(wasm_v128_load(vector + k), mean);
    squares = wasm_f32x4_add(squares, wasm_f32x4_mul(from_mean, from_mean));
  }
  float variance = sum_lanes(squares) / (float)width;
  v128_t factor = wasm_f32x4_splat(1.0f / __builtin_sqrtf(variance + 1e-12f));
  for (int k = 0; k < width; k += 4) {
    v128_t from_mean = wasm_f32x4_sub(wasm_v128_load(vector + k), mean);
    v128_t scaled = wasm_f32x4_mul(wasm_f32x4_mul(from_mean, factor), wasm_v128_load(norm->gains + k));
    wasm_v128_store(vector + k, wasm_f32x4_add(scaled, wasm_v128_load(norm->biases + k)));
  }
}

/* Normalise vectors in their place, after something was added to them, if it is given. */
void normalise(float *rows, const float *added, const Norm *norm, int count, int width) {
  for (int k = 0; added && k < count * width; k += 4) {
    wasm_v128_store(rows + k, wasm_f32x4_add(wasm_v128_load(rows + k), wasm_v128_load(added + k)));
  }
  for (int at = 0; at < count; at++) {
    normalise_one(rows + at * width, norm, width);
  }
}
