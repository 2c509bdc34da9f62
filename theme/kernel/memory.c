/* Memory that is given out and never taken back: an encoder lives as long as its worker. */

#include "kernel.h"

#define PAGE 65536u

extern uint8_t __heap_base;

static uint32_t top;

/* Return where so many bytes are free; 0 if there are none left. */
EXPORT(alloc) uint32_t alloc(uint32_t size) {
  if (top == 0) {
    top = ((uint32_t)&__heap_base + 63) & ~63u;
  }
  uint32_t at = top;
  uint32_t end = (at + size + 63) & ~63u;
  if (size > 0x40000000u || end < at) {
    return 0;
  }
  uint32_t have = (uint32_t)__builtin_wasm_memory_size(0) * PAGE;
  if (end > have) {
    uint32_t pages = (end - have + PAGE - 1) / PAGE;
    if (__builtin_wasm_memory_grow(0, pages) == (uint32_t)-1) {
      return 0;
    }
  }
  top = end;
  return at;
}

bool is_in_memory(uint32_t at, uint32_t size) {
  uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) * PAGE;
  return at != 0 && (uint64_t)at + size <= have;
}

/* The compiler calls these two. Both would call themselves if it were told that they are built in. */

void *memset(void *to, int value, __SIZE_TYPE__ size) {
  uint8_t *byte = to;
  while (size--) {
    *byte++ = (uint8_t)value;
  }
  return to;
}

void *memcpy(void *to, const void *from, __SIZE_TYPE__ size) {
  uint8_t *byte = to;
  const uint8_t *next = from;
  while (size--) {
    *byte++ = *next++;
  }
  return to;
}
