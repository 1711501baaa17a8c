// `windrow completion`: the script a shell needs to complete by TAB. decisions/completion.md says why they are ours.
import { Argument, type Command } from 'commander'
import { createCommand } from '../kit/command.ts'

/** Each asks the program at every TAB: a metric that was just added is there. */
const SCRIPTS = {
  bash: `# windrow's completion for bash: eval "$(windrow completion bash)" in ~/.bashrc
_windrow() {
  local line=\${COMP_LINE:0:COMP_POINT} cur=\${COMP_WORDS[COMP_CWORD]} words value about last before
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  last=\${words[\${#words[@]}-1]}
  # Bash replaces only what follows the last "=" of a word.
  [[ $cur == '=' ]] && cur=
  before=\${last%"$cur"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    if [[ $value == :files ]]; then
      compopt -o filenames 2>/dev/null || :
      local IFS=$'\\n'
      COMPREPLY=($(compgen -f -- "$cur"))
      return
    fi
    COMPREPLY+=("\${value#"$before"}")
  done < <(windrow complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _windrow windrow
`,
  zsh: `#compdef windrow
# windrow's completion for zsh: eval "$(windrow completion zsh)" in ~/.zshrc, after compinit;
# or as a file named _windrow in a directory of $fpath
_windrow() {
  local value about
  local -a found
  while IFS=$'\\t' read -r value about; do
    if [[ $value == :files ]]; then
      _files
      return
    fi
    found+=("\${value//:/\\\\:}\${about:+:$about}")
  done < <(windrow complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe windrow found
}
if [[ \${funcstack[1]} == _windrow ]]; then _windrow "$@"; else compdef _windrow windrow; fi
`,
  fish: `# windrow's completion for fish: windrow completion fish > ~/.config/fish/completions/windrow.fish
function __windrow_complete
  set -l words (commandline -opc)
  set -l typed (commandline -ct)
  for line in (windrow complete -- $words[2..-1] "$typed" 2>/dev/null)
    if test "$line" = :files
      __fish_complete_path "$typed"
    else
      echo $line
    end
  end
end
complete -c windrow -f -a '(__windrow_complete)'
`,
} as const

export const completionCommand = (): Command =>
  createCommand('completion')
    .description(
      'Prints the script with which a shell completes commands, options and names by TAB.',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(windrow completion bash)"                                   now; in ~/.bashrc: always
  eval "$(windrow completion zsh)"                                    the same in ~/.zshrc, after compinit
  windrow completion fish > ~/.config/fish/completions/windrow.fish   always, in fish

It needs \`windrow\` to be a command: npm link, once, in a clone of the repository.`,
    )
    .action((shell: keyof typeof SCRIPTS) => void process.stdout.write(SCRIPTS[shell]))
