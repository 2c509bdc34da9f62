/* How close documents are to the text that was encoded last. */

#include "kernel.h"

/* Multiply the result with whole numbers. */
static float multiply_result(const int8_t *numbers, int width) {
  v128_t sum = wasm_f32x4_splat(0);
  for (int k = 0; k < width; k += 8) {
    v128_t part = wasm_i16x8_load8x8(numbers + k);
    v128_t first = wasm_f32x4_convert_i32x4(wasm_i32x4_extend_low_i16x8(part));
    v128_t last = wasm_f32x4_convert_i32x4(wasm_i32x4_extend_high_i16x8(part));
    sum = wasm_f32x4_add(sum, wasm_f32x4_mul(first, wasm_v128_load(result + k)));
    sum = wasm_f32x4_add(sum, wasm_f32x4_mul(last, wasm_v128_load(result + k + 4)));
  }
  return sum_lanes(sum);
}

/* Write the cosines of so many vectors with the result, as floats; return what is wrong with the file.
   It holds a scale for each vector, as halves, and then the vectors in bit planes. */
EXPORT(score) int score(uint32_t at, uint32_t size, uint32_t count, uint32_t out) {
  uint32_t width = (uint32_t)model.dimensions;
  uint32_t row = width / 8 * VECTOR_BITS;
  if (!model.has_layers) {
    return NOT_LOADED;
  }
  if ((uint64_t)count * (2 + row) != size) {
    return WRONG_LENGTH;
  }
  if (!is_in_memory(at, size) || !is_in_memory(out, 4 * count)) {
    return NOT_IN_MEMORY;
  }
  const uint8_t *scales = (const uint8_t *)at;
  const uint8_t *planes = scales + 2 * count;
  float *cosines = (float *)out;
  for (uint32_t i = 0; i < count; i++) {
    int8_t numbers[MOST_NUMBERS] __attribute__((aligned(16)));
    expand(numbers, planes + i * row, (int)(width / GROUP), VECTOR_BITS);
    cosines[i] = multiply_result(numbers, (int)width) * read_half(scales + 2 * i);
  }
  return GOOD;
}
