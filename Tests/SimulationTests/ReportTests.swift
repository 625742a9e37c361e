import Model
import Scheduling
import Simulation
import Testing

@Suite struct ReportTests {
  private func page(_ nodes: [SimulatedNode], _ jobs: [SimulatedJob], subtitle: String = "") throws -> String
  {
    var options = SimulationOptions()
    options.keepsTimeline = true
    let simulation = Simulator.run(
      Workload(nodes: nodes, jobs: jobs), by: StrategyCatalog.standard, options)
    let report = Report(simulation, SimulationResult(simulation), title: "Report", subtitle: subtitle)
    return try #require(report).html
  }

  private let busy = [
    Workloads.job(0, 7200, cpu: 1, gpu: 2000, priority: 10), Workloads.job(60, nil, cpu: 1, gpu: 500),
    Workloads.job(3600, 100, cpu: 4, gpu: 2000, priority: 90),
  ]

  /// Names of opening and closing tags, in order, without those that have no end.
  private func tags(_ page: String) -> [Substring] {
    // The style sheet has no tags.
    let body = page.split(separator: "</style>")[1]
    return body.split(separator: "<").dropFirst().compactMap { piece in
      let tag = piece.prefix { $0 != ">" }
      return tag.hasSuffix("/") ? nil : tag.prefix { $0 != " " && $0 != "\n" }
    }
  }

  @Test func `the page asks no network and runs no script`() throws {
    let page = try page([Workloads.node("n<1>", cpu: 8, gpu: 2)], busy)
    for word in ["http", "src=", "href=", "url(", "@import", "<script", "onload"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("prefers-color-scheme: dark"))
  }

  @Test func `every tag that is opened is closed in its turn`() throws {
    for nodes in [1, 40] {
      let nodes = (0..<nodes).map { Workloads.node("n\($0)", cpu: 8, gpu: 2) }
      // Opened before the sheet.
      var open: [Substring] = ["html", "head"]
      for tag in tags(try page(nodes, busy)) {
        if tag.hasPrefix("/") { #expect(open.popLast() == tag.dropFirst()) } else { open.append(tag) }
      }
      #expect(open.isEmpty)
    }
  }

  @Test func `names from files are text and not markup`() throws {
    let page = try page([Workloads.node("a<b>\"&", cpu: 8, gpu: 2)], busy, subtitle: "<i>jobs</i>.csv")
    #expect(page.contains("a&lt;b&gt;&quot;&amp;"))
    #expect(page.contains("&lt;i&gt;jobs&lt;/i&gt;.csv"))
    #expect(!page.contains("<i>"))
  }

  @Test func `a preempted job is marked, and what still runs is drawn to the end`() throws {
    let page = try page([Workloads.node(cpu: 8, gpu: 2)], busy)
    #expect(page.contains("class=\"cut\""))
    #expect(page.contains("preempted"))
  }

  @Test func `a cluster of many nodes is drawn in lines of several`() throws {
    let many = (0..<1000).map { Workloads.node("n\($0)", cpu: 8, gpu: 2) }
    let page = try page(many, busy)
    #expect(page.contains("each line is several nodes"))
    #expect(page.split(separator: "class=\"lane\"").count < 90)
  }

  @Test func `where nobody waited the page says so`() throws {
    let page = try page([Workloads.node(cpu: 8)], [Workloads.job(0, 10, cpu: 1)])
    #expect(page.contains("No job waited."))
  }

  @Test func `without a timeline there is no report`() {
    let simulation = Simulator.run(
      Workload(nodes: [Workloads.node(cpu: 1)], jobs: [Workloads.job(0, 1, cpu: 1)]),
      by: StrategyCatalog.standard)
    #expect(Report(simulation, SimulationResult(simulation), title: "", subtitle: "") == nil)
  }
}
