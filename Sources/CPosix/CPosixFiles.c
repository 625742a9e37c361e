#define _GNU_SOURCE
#include "CPosixFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

int cposix_ofd_lock(int descriptor, short kind, int64_t start, int64_t length) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = length;
  while (fcntl(descriptor, F_OFD_SETLK, &lock) == -1) {
    if (errno == EACCES) return EAGAIN;
    if (errno != EINTR) return errno;
  }
  return 0;
}

int cposix_file_system_kind(int descriptor, int64_t *kind) {
  struct statfs status;
  while (fstatfs(descriptor, &status) == -1) {
    if (errno != EINTR) return errno;
  }
  *kind = (int64_t)(uint32_t)status.f_type;
  return 0;
}

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
