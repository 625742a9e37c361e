// What Swift's Glibc module does not show: constants behind _GNU_SOURCE, macros it cannot import, libcrypt.
#ifndef CPOSIX_H
#define CPOSIX_H
#include "CPosixChecksum.h"
#include "CPosixCrypt.h"
#include "CPosixFiles.h"
#include "CPosixProcess.h"
#include "CPosixSockets.h"
#endif
