extension CompletionWords {
  /// A function for bash 4 and later. `$noun` and `$verb` are spelled with `-`, however they were typed.
  var bash: String {
    var lines = [
      "# bash completion of berth: source it, or put it into /etc/bash_completion.d",
      "_berth() {",
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]//_/-}\" words=\"\"",
      "  local noun=\"${COMP_WORDS[1]//_/-}\" verb=\"\"",
      "  [ \"$COMP_CWORD\" -gt 2 ] && verb=\"${COMP_WORDS[2]//_/-}\"",
      "  [ \"$verb\" = list-all ] && verb=list",
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
      "    words=\"\(first.map(\.word).line)\"",
      "  elif [ \"$COMP_CWORD\" -eq 2 ] && [ \"${word#-}\" = \"$word\" ]; then",
      "    case \"$noun\" in",
    ]
    for noun in catalog.nouns {
      let verbs = catalog.methods(of: noun).map(\.spelledVerb)
      lines.append("      \(Spelling.typed(noun))) words=\"\(verbs.line)\" ;;")
    }
    lines += [
      "      call) words=\"\(methodNames.line)\" ;;",
      "      help) words=\"\((first.map(\.word) + methodNames).line)\" ;;",
      "      completions) words=\"\(Self.shells.line)\" ;;",
      "    esac",
      "  else",
      "    case \"$noun $verb $previous\" in",
    ]
    lines += bashValues
    lines += ["      *)", "        case \"$noun $verb\" in"]
    for command in catalog.commands {
      let pattern = command.noun == nil ? "\"\(command.spelled) \"*" : "\"\(command.spelled)\""
      lines.append("          \(pattern)) words=\"\(flags(of: command).map(\.name).line)\" ;;")
    }
    lines += [
      "        esac ;;", "    esac", "  fi",
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))",
      "}",
      "complete -o default -F _berth berth",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// What may stand behind a flag: its choices, or a file's name, which is bash's default.
  private var bashValues: [String] {
    catalog.commands.flatMap { command in
      flags(of: command).filter(\.takesValue).map { flag in
        let place = command.noun == nil ? "\"\(command.spelled) \"*" : "\"\(command.spelled) "
        let pattern = command.noun == nil ? "\(place)\" \(flag.name)\"" : "\(place)\(flag.name)\""
        return "      \(pattern)) words=\"\(flag.choices.line)\" ;;"
      }
    }
  }
}
