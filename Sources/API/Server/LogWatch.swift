import Logs
import Model
import POSIX

/// A look-out for output that somebody follows being written, by whichever process, among all that a `FileWatch` tells.
///
/// A directory a followed deployment is watched, and none besides.
final class LogWatch {
  private let folder: LogFolder
  private let watch: FileWatch
  private var subjects: [DeploymentID: FileWatch.Subject] = [:]
  private var deployments: [FileWatch.Subject: DeploymentID] = [:]

  init(_ folder: LogFolder, _ watch: FileWatch) {
    self.folder = folder
    self.watch = watch
  }

  /// What was written before is not told: it is to be read after this. The directory is made, so that there is
  /// something to watch before the first output.
  func begin(_ deployment: DeploymentID) throws(Errno) {
    guard subjects[deployment] == nil else { return }
    let path = folder.directory(of: deployment.rawValue)
    try Directory.makePath(path)
    let subject = try watch.watch(contentsIn: path)
    subjects[deployment] = subject
    deployments[subject] = deployment
  }

  /// Stops watching all others.
  func keep(only followed: Set<DeploymentID>) {
    for (deployment, subject) in subjects where !followed.contains(deployment) {
      watch.forget(subject)
      subjects[deployment] = nil
      deployments[subject] = nil
    }
  }

  /// Whose output was written by these changes; nil: maybe everybody's.
  func written(by changes: [FileWatch.Change]) -> Set<DeploymentID>? {
    guard !changes.contains(where: \.isOverflow) else { return nil }
    return Set(changes.compactMap { deployments[$0.subject] })
  }
}
