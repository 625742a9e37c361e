/// The methods as a Markdown table, as the documentation has it: `?` behind what may be left out.
struct MethodTable {
  let catalog: CommandCatalog

  var text: String {
    let rows = catalog.methods.map { command in
      let params = command.parameters.filter { $0.name != "request_key" }.map { parameter in
        parameter.isRequired ? parameter.name : parameter.name + "?"
      }
      let result = command.result.properties.map(\.name).joined(separator: ", ")
      let cells = [
        "`\(command.name)`", Self.cell(params), result.isEmpty ? "–" : result, command.summary,
      ]
      return "| \(cells.joined(separator: " | ")) |"
    }
    let head = ["| method | params | result | |", "|---|---|---|---|"]
    return (head + rows).joined(separator: "\n") + "\n"
  }

  private static func cell(_ params: [String]) -> String {
    params.isEmpty ? "–" : params.joined(separator: ", ")
  }
}
