#define _GNU_SOURCE
#include "CPosixProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct report {
  int step;
  int error;
};

static int prepare(const struct cposix_program *program, pid_t parent) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
  sigset_t none;
  sigemptyset(&none);
  if (setsid() == -1) return -1;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1) return -1;
  // A parent that died before the call above sends no signal any more.
  if (getppid() != parent) _exit(1);
  if (program->address_space != 0) {
    struct rlimit limit = {program->address_space, program->address_space};
    if (setrlimit(RLIMIT_AS, &limit) == -1) return -1;
  }
  int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input == -1 || dup2(input, 0) == -1) return -1;
  if (dup2(program->output, 1) == -1 || dup2(program->output, 2) == -1) return -1;
  // Kernels before 5.11 refuse; every descriptor of ours is close-on-exec by itself.
  (void)syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
  return sigprocmask(SIG_SETMASK, &none, NULL);
}

// By way of `tasks` and 0, not of `cgroup.procs`: only the calling thread moves, so the kernel need not stop all
// forks of the machine for it (cgroup_procs_write_start in kernel/cgroup/cgroup.c): 0.02 ms, not 6.
static int join(const struct cposix_program *program) {
  for (int index = 0; index < program->task_count; index++)
    if (write(program->tasks[index], "0", 1) != 1) return -1;
  return 0;
}

static _Noreturn void fail(int reports, int step) {
  struct report report = {step, errno};
  (void)!write(reports, &report, sizeof report);
  _exit(1);
}

static _Noreturn void become(const struct cposix_program *program, pid_t parent, int reports) {
  if (join(program) == -1) fail(reports, CPOSIX_LAUNCH_JOIN);
  if (chdir(program->directory) == -1) fail(reports, CPOSIX_LAUNCH_DIRECTORY);
  if (prepare(program, parent) == -1) fail(reports, CPOSIX_LAUNCH_PREPARE);
  execve(program->path, program->arguments, program->environment);
  fail(reports, CPOSIX_LAUNCH_EXECUTE);
}

// clone3 puts the child into its control group at birth; with no group to be born into vfork is faster.
static pid_t divide(const struct cposix_program *program, pid_t parent, int reports) {
  pid_t child;
  if (program->unified_group >= 0) {
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = CLONE_INTO_CGROUP;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = (uint64_t)program->unified_group;
    child = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
  } else {
    child = vfork();
  }
  if (child == 0) become(program, parent, reports);
  return child;
}

pid_t cposix_launch(const struct cposix_program *program, int *step) {
  int reports[2];
  *step = CPOSIX_LAUNCH_FORK;
  if (pipe2(reports, O_CLOEXEC) == -1) return -1;
  sigset_t all, before;
  sigfillset(&all);
  // No handler of ours may run in the child before it has taken the default ones.
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t child = divide(program, getpid(), reports[1]);
  int error = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(reports[1]);
  struct report report = {CPOSIX_LAUNCH_FORK, error};
  ssize_t count = 0;
  if (child > 0)
    while ((count = read(reports[0], &report, sizeof report)) == -1 && errno == EINTR) {}
  close(reports[0]);
  if (child > 0 && count == 0) return child;
  if (child > 0)
    while (waitpid(child, NULL, 0) == -1 && errno == EINTR) {}
  *step = report.step;
  errno = report.error;
  return -1;
}

int cposix_take_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno; }

int cposix_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

int cposix_spawn_in(posix_spawn_file_actions_t *actions, const char *directory) {
  return posix_spawn_file_actions_addchdir_np(actions, directory);
}

int cposix_process_descriptor(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int cposix_process_signal(int descriptor, int signal) {
  return syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0) == 0 ? 0 : errno;
}

int cposix_boot_timer(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK); }

int cposix_boot_timer_set(int timer, int64_t seconds, int64_t nanoseconds) {
  struct itimerspec moment;
  memset(&moment, 0, sizeof moment);
  moment.it_value.tv_sec = seconds;
  moment.it_value.tv_nsec = nanoseconds;
  return timerfd_settime(timer, TFD_TIMER_ABSTIME, &moment, NULL) == 0 ? 0 : errno;
}

int cposix_run_on(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int one = 0; one < CPU_SETSIZE; one++)
    if (processor == -1 || processor == one) CPU_SET(one, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : errno;
}
