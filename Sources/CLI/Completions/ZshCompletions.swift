extension CompletionWords {
  /// A completion function for zsh; `$noun` and `$verb` are spelled with `-`, however they were typed.
  var zsh: String {
    var lines = [
      "#compdef berth",
      "# zsh completion of berth: source it, or put it into a folder of $fpath as _berth",
      "_berth() {",
      "  local noun=${words[2]//_/-} verb=${words[3]//_/-} previous=${words[CURRENT-1]//_/-}",
      "  [[ $verb == list-all ]] && verb=list",
      "  local -a choices",
      "  if (( CURRENT == 2 )); then",
      "    choices=(\(first.map { Self.described($0.word, $0.description) }.line))",
      "    _describe command choices",
      "    return",
      "  fi",
      "  if (( CURRENT == 3 )) && [[ ${words[3]} != -* ]]; then",
      "    case $noun in",
    ]
    for noun in catalog.nouns {
      let verbs = catalog.methods(of: noun).map { Self.described($0.spelledVerb, $0.summary) }
      lines.append("      \(Spelling.typed(noun))) choices=(\(verbs.line)) ;;")
    }
    lines += [
      "      call) choices=(\(methodNames.line)) ;;",
      "      help) choices=(\((first.map(\.word) + methodNames).line)) ;;",
      "      completions) choices=(\(Self.shells.line)) ;;",
      "    esac",
      "    (( $#choices )) && { _describe command choices; return; }",
      "  fi",
      "  case \"$noun $verb $previous\" in",
    ]
    lines += zshValues + ["  esac", "  case \"$noun $verb\" in"] + zshFlags
    lines += [
      "  esac",
      "  if [[ ${words[CURRENT]} == -* ]]; then _describe flag choices; else _files; fi",
      "}",
      "if [[ $funcstack[1] == _berth ]]; then _berth \"$@\"; else compdef _berth berth; fi",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var zshValues: [String] {
    catalog.commands.filter { $0.noun != nil }.flatMap { command in
      flags(of: command).filter(\.takesValue).map { flag in
        let action = flag.choices.isEmpty ? "_files" : "compadd -- \(flag.choices.line)"
        return "    \"\(command.spelled) \(flag.name)\") \(action); return ;;"
      }
    }
  }

  private var zshFlags: [String] {
    catalog.commands.map { command in
      let pattern = command.noun == nil ? "\"\(command.spelled) \"*" : "\"\(command.spelled)\""
      let described = flags(of: command).map { Self.described($0.name, $0.description) }
      return "    \(pattern)) choices=(\(described.line)) ;;"
    }
  }

  /// `word:description` in quotes, as _describe wants it; a colon of the word's own is escaped.
  private static func described(_ word: String, _ description: String) -> String {
    let escaped = word.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
    return CommandText.quoted(escaped + ":" + DisplayText.escaped(description))
  }
}
