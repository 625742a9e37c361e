#define _GNU_SOURCE
#include "CPosixCrypt.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

int cposix_random(void *bytes, size_t count) {
  unsigned char *place = bytes;
  while (count > 0) {
    ssize_t got = getrandom(place, count, 0);
    if (got < 0 && errno != EINTR) return errno;
    if (got < 0) continue;
    place += got;
    count -= (size_t)got;
  }
  return 0;
}

_Static_assert(CPOSIX_HASH_SIZE >= CRYPT_OUTPUT_SIZE, "a hash must fit");
_Static_assert(CPOSIX_HASH_SIZE >= CRYPT_GENSALT_OUTPUT_SIZE, "a setting must fit");

int cposix_crypt(const char *phrase, const char *setting, char *hash) {
  // 32 KiB: too much for the small stack a thread may have.
  struct crypt_data *data = calloc(1, sizeof *data);
  if (data == NULL) return ENOMEM;
  errno = 0;
  const char *result = crypt_rn(phrase, setting, data, sizeof *data);
  int failure = 0;
  if (result == NULL || result[0] == '*')
    failure = errno != 0 ? errno : EINVAL;
  else
    strncpy(hash, result, CPOSIX_HASH_SIZE);
  explicit_bzero(data, sizeof *data);
  free(data);
  return failure;
}

int cposix_yescrypt_setting(unsigned long cost, const char *random, int count, char *setting) {
  errno = 0;
  const char *result = crypt_gensalt_rn("$y$", cost, random, count, setting, CPOSIX_HASH_SIZE);
  if (result == NULL || result[0] == '*') return errno != 0 ? errno : EINVAL;
  return 0;
}
