import Model
import POSIX

/// The scripts of a job on its node: `job`, which the controller keeps a copy of, and `program`, which it starts and
/// which nobody but the user can read.
struct SlurmScripts {
  let site: AttemptSite
  let directory: String

  /// Seconds between two looks at what the supervisor asks for by files.
  static let lookSeconds = 2

  /// Claims the attempt, runs `program`, and writes down how that ended: the controller may forget the job.
  var job: String {
    #"""
    #!/bin/sh
    # Deployment \#(site.order.name.deployment), attempt \#(site.order.name.number), written by berth.
    cd \#(directory.shellQuoted) || exit 125
    mine="claim.$SLURM_JOB_ID.$$"
    token="$SLURM_JOB_ID ${SLURM_RESTART_COUNT:-0} ${SLURMD_NODENAME:-node} $$"
    (umask 077; printf '%s\n' "$token" >"$mine") || exit 125
    # Once only, whoever starts this a second time: the link is there or it is not.
    ln "$mine" claim 2>/dev/null
    read -r holder <claim || exit 125
    if [ "$holder" != "$token" ]; then rm -f "$mine"; exit 125; fi
    rm -f "$mine"
    # Opened for both, so that nobody need be there to hear.
    ring() { if [ -p bell ]; then echo 1<>bell; fi; }
    ring
    # What this shell has to say of a signal is not the program's output.
    exec </dev/null >/dev/null 2>&1
    # Not ignored, but lived through: the program has the default, and its end is waited for.
    trap : TERM INT HUP QUIT USR1 USR2
    (
      trap '' TERM INT HUP QUIT USR1 USR2
      asked=
      while sleep \#(Self.lookSeconds); do
        if [ -e kill ]; then read -r id <pid && kill -KILL "$id"
        elif [ -e stop ] && [ -z "$asked" ]; then read -r id <pid && kill -TERM "$id" && asked=yes
        fi
      done
    ) &
    watcher=$!
    /bin/sh ./program
    code=$?
    (umask 077; printf '%s\n' "$code" >ended.new) && mv -f ended.new ended
    ring
    kill -KILL "$watcher" 2>/dev/null
    exit "$code"

    """#
  }

  /// Becomes the program. Looks the file up here: only the node knows what it has.
  var program: String {
    get throws(RunFailure) {
      let image = site.order.imagePath.shellQuoted
      let run = (site.order.imagePath + "/run").shellQuoted
      let arguments = site.order.command.map { " " + $0.shellQuoted }.joined()
      let exports = try exports
      return #"""
        (umask 077; echo "$$" >pid)
        exec >>out 2>&1
        refuse() { echo "$1" >refusal; exit "$2"; }
        at=/ program=\#(image)
        if [ -d \#(image) ]; then at=\#(image) program=\#(run); fi
        [ -e "$program" ] || refuse absent 127
        if [ ! -f "$program" ] || [ ! -x "$program" ]; then refuse notExecutable 126; fi
        cd "$at" || exit 126
        \#(exports)exec "$program"\#(arguments)

        """#
    }
  }

  /// Slurm's own variables stay: among them is which devices the job was given, on whatever node that is.
  private var exports: String {
    get throws(RunFailure) {
      var text = ""
      let given = Set(site.order.env.map(\.key))
      for pair in site.environment(hints: site.hints) {
        guard pair.key.isShellName else {
          throw RunFailure(
            exitCode: 125,
            "A Slurm job cannot have the variable \(pair.key): use letters, digits and _ in its name.")
        }
        if pair.key == "CUDA_VISIBLE_DEVICES", !given.contains(pair.key), !site.order.gpus.isEmpty {
          continue
        }
        text += "export \(pair.key)=\(pair.value.shellQuoted)\n"
      }
      return text
    }
  }
}

extension String {
  /// One word of a shell's, whatever it holds. Source: POSIX, Shell Command Language, 2.2.2.
  var shellQuoted: String {
    "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }

  fileprivate var isShellName: Bool {
    guard let first = utf8.first, !(0x30...0x39).contains(first) else { return false }
    return utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
    }
  }
}
