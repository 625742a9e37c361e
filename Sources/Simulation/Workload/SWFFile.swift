import Model

/// Jobs in the Standard Workload Format of the Parallel Workloads Archive: a processor is a core.
///
/// Source: cs.huji.ac.il/labs/parallel/workload/swf.html. Used are the fields 1 (number), 2 (submit), 4 (run time),
/// 5 and 8 (processors given and asked for), 9 (time asked for) and 12 (user). Jobs that never ran or used no
/// processor are left out; a request below the run time counts as the run time.
package enum SWFFile {
  private static let fieldCount = 18

  package static func read(_ text: WorkloadText) throws(WorkloadError) -> [SimulatedJob] {
    var jobs: [SimulatedJob] = []
    for (index, line) in text.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      let isBlank = { (byte: UInt8) in byte == 32 || byte == 9 || byte == 13 }
      let words = line.split(whereSeparator: isBlank).map { String(decoding: $0, as: UTF8.self) }
      guard let first = words.first, !first.hasPrefix(";") else { continue }
      guard words.count >= fieldCount else {
        throw WorkloadError(text.name, line: index + 1, "\(words.count) fields where SWF has \(fieldCount)")
      }
      if let job = try job(words, text.name, index + 1) { jobs.append(job) }
    }
    guard !jobs.isEmpty else { throw WorkloadError(text.name, "there is no job in it") }
    return JobFile.sorted(jobs)
  }

  private static func job(_ words: [String], _ file: String, _ line: Int) throws(WorkloadError)
    -> SimulatedJob?
  {
    /// Nil for −1, which is "not known".
    func number(_ field: Int) throws(WorkloadError) -> Int? {
      let word = words[field - 1]
      if word.hasPrefix("-") { return nil }
      guard let value = PlainDecimal(word)?.cut(places: 3) else {
        throw WorkloadError(file, line: line, "field \(field) is no number: '\(word)'")
      }
      return value
    }
    let asked = try number(8).flatMap { $0 > 0 ? $0 : nil }
    let given = try number(5)
    guard let submit = try number(2), let run = try number(4), let cores = asked ?? given, cores > 0
    else { return nil }
    let estimate = try number(9).map { max($0, run) }
    return SimulatedJob(
      name: words[0], submit: submit, duration: run, estimate: estimate,
      required: Resources(cpu: Thousandths(cores), ram: .zero, gpu: .zero), user: words[11])
  }
}
