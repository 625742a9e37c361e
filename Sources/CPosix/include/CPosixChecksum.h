// Checksums.
#ifndef CPOSIX_CHECKSUM_H
#define CPOSIX_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>

// CRC-32C (Castagnoli) of `bytes`, continuing from `seed`, the checksum of what stands before them (0 at
// the start). By the processor's instruction where it has one.
uint32_t cposix_crc32c(uint32_t seed, const void *bytes, size_t count);

// The same by table, for processors without the instruction.
uint32_t cposix_crc32c_by_table(uint32_t seed, const void *bytes, size_t count);
#endif
