#include "CPosixChecksum.h"

#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <nmmintrin.h>
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#endif

typedef uint32_t (*crc32c_function)(uint32_t, const void *, size_t);

// Eight tables, eight bytes a step. Source: Kounavis and Berry, "A Systematic Approach to Building
// High Performance Software-based CRC Generators" (slicing-by-8); polynomial 0x1EDC6F41, reflected.
static uint32_t crc32c_table[8][256];

// Runs before main, so that no thread can see the tables half made.
__attribute__((constructor)) static void make_crc32c_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; bit++) rest = rest & 1 ? rest >> 1 ^ 0x82F63B78u : rest >> 1;
    crc32c_table[0][byte] = rest;
  }
  for (int slice = 1; slice < 8; slice++)
    for (int byte = 0; byte < 256; byte++) {
      uint32_t rest = crc32c_table[slice - 1][byte];
      crc32c_table[slice][byte] = rest >> 8 ^ crc32c_table[0][rest & 0xFF];
    }
}

uint32_t cposix_crc32c_by_table(uint32_t seed, const void *bytes, size_t count) {
  const unsigned char *place = bytes;
  uint32_t rest = ~seed;
  for (; count >= 8; count -= 8, place += 8) {
    rest ^= (uint32_t)place[0] | (uint32_t)place[1] << 8 | (uint32_t)place[2] << 16 | (uint32_t)place[3] << 24;
    rest = crc32c_table[7][rest & 0xFF] ^ crc32c_table[6][rest >> 8 & 0xFF] ^
           crc32c_table[5][rest >> 16 & 0xFF] ^ crc32c_table[4][rest >> 24] ^ crc32c_table[3][place[4]] ^
           crc32c_table[2][place[5]] ^ crc32c_table[1][place[6]] ^ crc32c_table[0][place[7]];
  }
  for (; count > 0; count--) rest = rest >> 8 ^ crc32c_table[0][(rest ^ *place++) & 0xFF];
  return ~rest;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc32c_by_instruction(uint32_t seed, const void *bytes,
                                                                       size_t count) {
  const unsigned char *place = bytes;
  uint64_t rest = ~seed;
  for (; count >= 8; count -= 8, place += 8) {
    uint64_t word;
    memcpy(&word, place, 8);
    rest = _mm_crc32_u64(rest, word);
  }
  for (; count > 0; count--) rest = _mm_crc32_u8((uint32_t)rest, *place++);
  return ~(uint32_t)rest;
}

static int has_crc32c_instruction(void) {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
}
#elif defined(__aarch64__)
__attribute__((target("crc"))) static uint32_t crc32c_by_instruction(uint32_t seed, const void *bytes,
                                                                    size_t count) {
  const unsigned char *place = bytes;
  uint32_t rest = ~seed;
  for (; count >= 8; count -= 8, place += 8) {
    uint64_t word;
    memcpy(&word, place, 8);
    rest = __crc32cd(rest, word);
  }
  for (; count > 0; count--) rest = __crc32cb(rest, *place++);
  return ~rest;
}

static int has_crc32c_instruction(void) { return (getauxval(AT_HWCAP) & (1 << 7)) != 0; }
#else
#define crc32c_by_instruction cposix_crc32c_by_table
static int has_crc32c_instruction(void) { return 0; }
#endif

static crc32c_function crc32c = cposix_crc32c_by_table;

__attribute__((constructor)) static void choose_crc32c(void) {
  if (has_crc32c_instruction()) crc32c = crc32c_by_instruction;
}

uint32_t cposix_crc32c(uint32_t seed, const void *bytes, size_t count) { return crc32c(seed, bytes, count); }
