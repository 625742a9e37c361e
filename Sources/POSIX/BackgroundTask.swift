import Glibc
import Synchronization

/// One piece of work on a thread of its own, which takes none of the process's signals.
package final class BackgroundTask<Value: Sendable>: Sendable {
  private final class Outcome: Sendable {
    let value = Mutex<Value?>(nil)
  }

  private let outcome: Outcome
  private let thread: pthread_t
  private let isJoined = Mutex(false)

  package init(_ body: @escaping @Sendable () -> Value) throws(Errno) {
    let outcome = Outcome()
    self.outcome = outcome
    let work = TaskState { [outcome] in
      let value = body()
      outcome.value.withLock { $0 = value }
    }
    thread = try Self.start(work)
  }

  /// What it came to; nil while it runs.
  package var result: Value? { outcome.value.withLock { $0 } }

  /// Waits for its end.
  package func wait() -> Value {
    isJoined.withLock { isJoined in
      if !isJoined { pthread_join(thread, nil) }
      isJoined = true
    }
    // The thread sets the value before it ends.
    return result!
  }

  deinit {
    isJoined.withLock { if !$0 { _ = pthread_detach(thread) } }
  }

  private static func start(_ work: TaskState) throws(Errno) -> pthread_t {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    // A thread is born with its maker's mask: signals stay with the threads that expect them.
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let retained = Unmanaged.passRetained(work)
    let code = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<TaskState>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, retained.toOpaque())
    guard code == 0 else {
      retained.release()
      throw Errno(code, "pthread_create")
    }
    return thread
  }
}

/// The state of a task, outside the generic class: a C function pointer cannot capture its type parameter.
private final class TaskState: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
