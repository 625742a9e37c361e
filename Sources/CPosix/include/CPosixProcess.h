// Starting programs and where they run, and waiting by the boot-time clock.
#ifndef CPOSIX_PROCESS_H
#define CPOSIX_PROCESS_H
#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>

// What failed before the program ran.
#define CPOSIX_LAUNCH_FORK 1
#define CPOSIX_LAUNCH_JOIN 2
#define CPOSIX_LAUNCH_DIRECTORY 3
#define CPOSIX_LAUNCH_PREPARE 4
#define CPOSIX_LAUNCH_EXECUTE 5

struct cposix_program {
  const char *path;
  char *const *arguments;
  char *const *environment;
  const char *directory;
  // Becomes standard output and error.
  int output;
  // `tasks` files of version 1 control groups, open for writing.
  const int *tasks;
  int task_count;
  // The directory of a version 2 control group; -1: none.
  int unified_group;
  // RLIMIT_AS in bytes; 0: as ours.
  uint64_t address_space;
};

// Starts a program in a session of its own, with default signals, standard input empty, and no descriptor but
// the standard ones. The kernel kills it (SIGKILL) when the calling thread ends. For processes of one thread.
// Answers its process id, or -1 with errno and the failed step set.
pid_t cposix_launch(const struct cposix_program *program, int *step);

// Makes orphans below this process its children (PR_SET_CHILD_SUBREAPER). Answers 0, or the errno.
int cposix_take_orphans(void);

// Makes a pipe of close-on-exec ends, reading first. Answers 0, or the errno.
int cposix_pipe(int ends[2]);

// A descriptor of a process, readable when it has ended (pidfd_open(2)); close-on-exec. -1 with errno set when it
// fails; ESRCH: it has ended.
int cposix_process_descriptor(pid_t process);
// Sends a signal to the process of such a descriptor. Answers 0, or the errno.
int cposix_process_signal(int descriptor, int signal);

// Has a program that is spawned with these actions run in `directory`. Answers 0, or the errno.
int cposix_spawn_in(posix_spawn_file_actions_t *actions, const char *directory);

// A timer of CLOCK_BOOTTIME, which is readable from its moment on, also when that passed in the machine's sleep;
// close-on-exec, non-blocking. -1 with errno set when it fails.
int cposix_boot_timer(void);
// Sets the moment in seconds and nanoseconds. Answers 0, or the errno.
int cposix_boot_timer_set(int timer, int64_t seconds, int64_t nanoseconds);

// Has the calling thread, and those and the programs it starts later, run on one processor; on any when
// `processor` is -1. Answers 0, or the errno.
int cposix_run_on(int processor);
#endif
