// Files, locks, checksums and libcrypt.
#ifndef CPOSIX_FILES_H
#define CPOSIX_FILES_H
#include <stddef.h>
#include <stdint.h>

// Tries an open-file-description lock (F_OFD_SETLK) of `length` bytes from `start` without waiting.
// `kind` is F_RDLCK, F_WRLCK or F_UNLCK. Answers 0, or the errno; EAGAIN means somebody else holds it.
int cposix_ofd_lock(int descriptor, short kind, int64_t start, int64_t length);

// The file system's magic number (statfs f_type) into `kind`. Answers 0, or the errno.
int cposix_file_system_kind(int descriptor, int64_t *kind);

// Fills `bytes` from getrandom(2). Answers 0, or the errno.
int cposix_random(void *bytes, size_t count);

// Has the calling thread, and those and the programs it starts later, run on one processor; on any when
// `processor` is -1. Answers 0, or the errno.
int cposix_run_on(int processor);

// CRC-32C (Castagnoli) of `bytes`, continuing from `seed`, the checksum of what stands before them (0 at
// the start). By the processor's instruction where it has one.
uint32_t cposix_crc32c(uint32_t seed, const void *bytes, size_t count);

// The same by table, for processors without the instruction.
uint32_t cposix_crc32c_by_table(uint32_t seed, const void *bytes, size_t count);

// Room for any setting or hash of libcrypt, its NUL included.
#define CPOSIX_HASH_SIZE 384

// Hashes `phrase` (NUL-terminated) by `setting` into `hash` (CPOSIX_HASH_SIZE bytes).
// Answers 0, or the errno; libcrypt's failure tokens (`*0`, `*1`) and NULL alike are failures.
int cposix_crypt(const char *phrase, const char *setting, char *hash);

// Makes a yescrypt setting of the given cost from random bytes into `setting` (CPOSIX_HASH_SIZE bytes).
// Answers 0, or the errno.
int cposix_yescrypt_setting(unsigned long cost, const char *random, int count, char *setting);
#endif
