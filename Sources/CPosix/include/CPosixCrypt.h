// Random bytes, and the hashes of passwords by libcrypt.
#ifndef CPOSIX_CRYPT_H
#define CPOSIX_CRYPT_H
#include <stddef.h>

// Fills `bytes` from getrandom(2). Answers 0, or the errno.
int cposix_random(void *bytes, size_t count);

// Room for any setting or hash of libcrypt, its NUL included.
#define CPOSIX_HASH_SIZE 384

// Hashes `phrase` (NUL-terminated) by `setting` into `hash` (CPOSIX_HASH_SIZE bytes).
// Answers 0, or the errno; libcrypt's failure tokens (`*0`, `*1`) and NULL alike are failures.
int cposix_crypt(const char *phrase, const char *setting, char *hash);

// Makes a yescrypt setting of the given cost from random bytes into `setting` (CPOSIX_HASH_SIZE bytes).
// Answers 0, or the errno.
int cposix_yescrypt_setting(unsigned long cost, const char *random, int count, char *setting);
#endif
