#define _GNU_SOURCE
#include "CPosixHoles.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int cposix_punch_hole(int descriptor, int64_t start, int64_t length) {
  while (fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, start, length) == -1) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int cposix_seek_data(int descriptor, int64_t offset, int64_t *found) {
  off_t place = lseek(descriptor, offset, SEEK_DATA);
  if (place == -1) return errno;
  *found = place;
  return 0;
}

int cposix_seek_hole(int descriptor, int64_t offset, int64_t *found) {
  off_t place = lseek(descriptor, offset, SEEK_HOLE);
  if (place == -1) return errno;
  *found = place;
  return 0;
}
