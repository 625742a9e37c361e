import Model

/// Jobs in the columns `id,submit,duration,estimate,cpu,ram,gpu_count,gpu_share,priority,user,where`.
///
/// Seconds, cores, GiB. `submit` and `cpu` must be there; the others may be left out: duration for ever, estimate
/// unknown, no ram, no gpu, priority 50, one user, any node. A job that asks for `gpu_count` devices of `gpu_share` each is one
/// that a deployment can say: a share of one device, or whole ones.
package enum JobFile {
  /// Rising by submit; what is submitted at once stays in the file's order.
  package static func read(_ text: WorkloadText) throws(WorkloadError) -> [SimulatedJob] {
    let table = try CSVTable(text, required: ["submit", "cpu"])
    var jobs: [SimulatedJob] = []
    for row in table.rows { jobs.append(try job(row, number: jobs.count + 1)) }
    guard !jobs.isEmpty else { throw WorkloadError(text.name, "there is no job in it") }
    return sorted(jobs)
  }

  static func sorted(_ jobs: [SimulatedJob]) -> [SimulatedJob] {
    let isSorted = zip(jobs, jobs.dropFirst()).allSatisfy { $0.submit <= $1.submit }
    guard !isSorted else { return jobs }
    return jobs.enumerated().sorted { ($0.element.submit, $0.offset) < ($1.element.submit, $1.offset) }
      .map(\.element)
  }

  private static func job(_ row: CSVTable.Row, number: Int) throws(WorkloadError) -> SimulatedJob {
    guard let submit = try row.milliseconds("submit") else { throw row.error("submit is empty") }
    let required = Resources(
      cpu: try row.thousandths("cpu") ?? .zero, ram: try row.thousandths("ram") ?? .zero, gpu: try gpu(row))
    guard required != .zero else { throw row.error("the job asks for no cpu, no ram and no gpu") }
    return SimulatedJob(
      name: row.text("id") ?? String(number), submit: submit, duration: try row.milliseconds("duration"),
      estimate: try row.milliseconds("estimate"), required: required,
      priority: try row.int("priority", in: 0...100) ?? 50, user: row.text("user") ?? "",
      conditions: try LabelText.conditions(row))
  }

  private static func gpu(_ row: CSVTable.Row) throws(WorkloadError) -> Thousandths {
    let count = try row.int("gpu_count", in: 0...1024) ?? 0
    guard count > 0 else { return .zero }
    let share = try row.thousandths("gpu_share") ?? .one
    if share == .one { return .whole(count) }
    guard share > .zero, share < .one else {
      throw row.error("gpu_share is above 0 and at most 1, not \(row.text("gpu_share") ?? "")")
    }
    guard count == 1 else {
      throw row.error(
        "gpu_count \(count) with gpu_share below 1: shares of several devices are not supported;"
          + " a job has a share of one device, or whole ones")
    }
    return share
  }
}
