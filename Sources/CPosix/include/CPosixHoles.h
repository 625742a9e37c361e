// Files with holes.
#ifndef CPOSIX_HOLES_H
#define CPOSIX_HOLES_H
#include <stdint.h>

// Gives the blocks of `length` bytes from `start` back to the file system; they read as zeros and the file
// keeps its size (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE). Answers 0, or the errno.
int cposix_punch_hole(int descriptor, int64_t start, int64_t length);

// Where data begins at or after `offset` (SEEK_DATA) into `found`. Answers 0, or the errno; ENXIO: none follows.
int cposix_seek_data(int descriptor, int64_t offset, int64_t *found);

// Likewise where a hole begins (SEEK_HOLE); the end of the file counts as one.
int cposix_seek_hole(int descriptor, int64_t offset, int64_t *found);
#endif
