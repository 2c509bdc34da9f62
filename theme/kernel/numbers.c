/* Functions of numbers, and how numbers of few bits are read. */

#include "kernel.h"

/* Return e to the power of x; the relative error is about 2e-7 (after Cephes, `expf`). */
float exponential(float x) {
  if (x < -87.0f) {
    return 0;
  }
  if (x > 88.0f) {
    x = 88.0f;
  }
  float power = __builtin_floorf(x * 1.44269504089f + 0.5f);
  /* ln 2 in two parts, so that nothing is lost. */
  float rest = (x - power * 0.693359375f) + power * 2.12194440e-4f;
  float sum = 1.9875691500e-4f;
  sum = sum * rest + 1.3981999507e-3f;
  sum = sum * rest + 8.3334519073e-3f;
  sum = sum * rest + 4.1665795894e-2f;
  sum = sum * rest + 1.6666665459e-1f;
  sum = sum * rest + 5.0000001201e-1f;
  sum = sum * rest * rest + rest + 1.0f;
  int32_t bits = ((int32_t)power + 127) << 23;
  float factor;
  __builtin_memcpy(&factor, &bits, 4);
  return sum * factor;
}

/* Return erf(x); the error is below 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
float error_function(float x) {
  float size = x < 0 ? -x : x;
  float t = 1.0f / (1.0f + 0.3275911f * size);
  float sum = 1.061405429f;
  sum = sum * t - 1.453152027f;
  sum = sum * t + 1.421413741f;
  sum = sum * t - 0.284496736f;
  sum = sum * t + 0.254829592f;
  float value = 1.0f - sum * t * exponential(-size * size);
  return x < 0 ? -value : value;
}

/* Read groups of 32 numbers of a few bits. Each group lies as one word a bit: word p holds bit p of
   each number. A number is what its bits say, less half of what they can say. */
void expand(int8_t *to, const uint8_t *planes, int groups, int bits) {
  const v128_t select = wasm_i8x16_make(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const v128_t first_bytes = wasm_i8x16_make(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const v128_t last_bytes = wasm_i8x16_make(2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  const v128_t middle = wasm_i8x16_splat((int8_t)(1 << (bits - 1)));
  for (int group = 0; group < groups; group++) {
    v128_t first = wasm_i8x16_splat(0);
    v128_t last = wasm_i8x16_splat(0);
    for (int bit = 0; bit < bits; bit++) {
      v128_t word = wasm_v128_load32_splat(planes + 4 * bit);
      v128_t value = wasm_i8x16_splat((int8_t)(1 << bit));
      v128_t chosen = wasm_v128_and(wasm_i8x16_swizzle(word, first_bytes), select);
      first = wasm_v128_or(first, wasm_v128_and(value, wasm_i8x16_eq(chosen, select)));
      chosen = wasm_v128_and(wasm_i8x16_swizzle(word, last_bytes), select);
      last = wasm_v128_or(last, wasm_v128_and(value, wasm_i8x16_eq(chosen, select)));
    }
    wasm_v128_store(to, wasm_i8x16_sub(first, middle));
    wasm_v128_store(to + 16, wasm_i8x16_sub(last, middle));
    planes += 4 * bits;
    to += GROUP;
  }
}
