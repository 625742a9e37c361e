/// The service that jobs got; seconds.
package struct ServiceLevel: Sendable, Equatable {
  package let jobs: Int
  /// From submission to the first start.
  package let wait: Distribution?
  /// From submission to the end.
  package let flow: Distribution?
  /// The part of the flow in which the job did not do the work that counted.
  package let delay: Distribution?
  /// Flow by run time, where less than 10 seconds count as 10, and at least 1 (Feitelson, Rudolph, JSSPP'98).
  package let boundedSlowdown: Distribution?

  private static let leastRun = 10.0

  init(_ jobs: [SimulatedJob], _ records: [JobRecord], where isWanted: (SimulatedJob) -> Bool = { _ in true })
  {
    var count = 0
    var waits: [Double] = []
    var flows: [Double] = []
    var delays: [Double] = []
    var slowdowns: [Double] = []
    for (job, record) in zip(jobs, records) where isWanted(job) {
      count += 1
      if let start = record.firstStart { waits.append(Double(start - job.submit) / 1000) }
      guard let finish = record.finish, let duration = job.duration else { continue }
      let flow = Double(finish - job.submit) / 1000
      let run = Double(duration) / 1000
      flows.append(flow)
      delays.append(Double(finish - job.submit - duration) / 1000)
      slowdowns.append(max(1, flow / max(Self.leastRun, run)))
    }
    self.jobs = count
    wait = Distribution(waits)
    flow = Distribution(flows)
    delay = Distribution(delays)
    boundedSlowdown = Distribution(slowdowns)
  }
}
